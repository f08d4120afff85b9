import { InvariantError } from "#contract/errors";
import type { AddressSpace, SimulatedOpcUaServer, Variable } from "../../transport/opcua/server/server.ts";
import { AUTO_ID_URI, DEVICE_STATUS } from "./reader-model.ts";

/** Information models that its server must have been started with. */
export const AUTO_ID_MODELS = ["di", "autoId"] as const;

export interface ReaderStationOptions {
  /** Browse name of the reader; several may live on one server. Default `Reader`. */
  readonly name?: string;
  /** Tags, as hexadecimal EPC, or printed codes; default tags. */
  readonly kind?: "tag" | "code";
  /** Time between two reads of what is held before the reader, milliseconds; default 100. */
  readonly everyMs?: number;
}

type Reader = ReturnType<NonNullable<ReturnType<AddressSpace["findObjectType"]>>["instantiate"]>;
type EventType = ReturnType<SimulatedOpcUaServer["namespace"]["addEventType"]>;
type Structure = ReturnType<SimulatedOpcUaServer["structure"]>;

/** VariantArrayType.Array. */
const ARRAY = 1;

/** Types of the published nodeset, by what is read. */
const TYPES = {
  tag: { device: "RfidReaderDeviceType", event: "RfidScanEventType", result: "RfidScanResult", encoding: 5011 },
  code: {
    device: "OpticalReaderDeviceType",
    event: "OpticalScanEventType",
    result: "OpticalScanResult",
    encoding: 5040,
  },
} as const;

/** A reader by OPC 30010, built from the published nodeset. It is idle until a client lets it scan. */
export class ReaderStation {
  readonly #server: SimulatedOpcUaServer;
  readonly #options: ReaderStationOptions;
  #reader: Reader | undefined;
  #event: EventType | undefined;
  #status: Variable | undefined;
  #reading: NodeJS.Timeout | undefined;
  #held: readonly string[] = [];
  #clockOffsetMs = 0;
  #refusesScan = false;

  constructor(server: SimulatedOpcUaServer, options: ReaderStationOptions = {}) {
    this.#server = server;
    this.#options = options;
  }

  /** For the option `reader` of the driver. */
  get nodeId(): string {
    return `nsu=${this.#server.namespace.namespaceUri};s=${this.#name}`;
  }

  /** Adds its nodes to the running server. */
  start(): void {
    const { addressSpace, namespace } = this.#server;
    const { device, event } = TYPES[this.#kind];
    const type = addressSpace.findObjectType(device, this.#index);
    const scanEvent = addressSpace.findEventType(event, this.#index);
    if (type === null || scanEvent === null) throw new InvariantError("the server has no model of readers");
    const reader = type.instantiate({
      browseName: this.#name,
      nodeId: `s=${this.#name}`,
      namespace,
      organizedBy: addressSpace.rootFolder.objects,
      optionals: ["ScanStart", "ScanStop"],
    });
    // The published event types are abstract: each maker has one of its own below them.
    this.#event = namespace.addEventType({ browseName: `${this.#name}Scan`, subtypeOf: scanEvent });
    reader.setEventNotifier(1);
    this.#reader = reader;
    this.#status = reader.getComponentByName("DeviceStatus", this.#index) as Variable;
    this.#setStatus("idle");
    reader.getMethodByName("ScanStart", this.#index)?.bindMethod((_inputs, _context, answer) => {
      if (!this.#refusesScan) this.#setStatus("scanning");
      // AutoIdOperationStatusEnumeration: 0 success, 1 a miscellaneous error.
      const outcome = { dataType: "Int32" as const, value: this.#refusesScan ? 1 : 0 };
      answer(null, { statusCode: this.#server.quality("Good"), outputArguments: [outcome] });
    });
    this.#reading = setInterval(() => this.#read(), this.#options.everyMs ?? 100);
  }

  /** Reads no more. Safe to call twice. */
  stop(): void {
    clearInterval(this.#reading);
  }

  /** Puts these before the reader, instead of what was there. */
  hold(...identifiers: readonly string[]): void {
    this.#held = identifiers;
  }

  /** Somebody stops it, or it breaks down. */
  setStatus(status: "idle" | "error" | "scanning"): void {
    this.#setStatus(status);
  }

  /** It lets itself be started no more. */
  setRefusesScan(refuses: boolean): void {
    this.#refusesScan = refuses;
  }

  /** How far the clock that stamps its scan results is ahead of the server's, milliseconds. */
  setClockOffset(ms: number): void {
    this.#clockOffsetMs = ms;
  }

  /** Sends one event whose scan result is these bytes. */
  sendRaw(body: Uint8Array): void {
    const encodingId = `ns=${this.#index};i=${TYPES[this.#kind].encoding}`;
    this.#raise([this.#server.structure({ encodingId, body })]);
  }

  #read(): void {
    if (this.#held.length === 0 || this.#status?.readValue().value.value !== DEVICE_STATUS.scanning) return;
    this.#raise(this.#held.map((identifier) => this.#result(identifier)));
  }

  #raise(results: readonly Structure[]): void {
    if (this.#event === undefined || this.#reader === undefined) return;
    this.#reader.raiseEvent(this.#event, {
      deviceName: { dataType: "String", value: this.#name },
      scanResult: { dataType: "ExtensionObject", arrayType: ARRAY, value: [...results] },
    });
  }

  #result(identifier: string): Structure {
    const { addressSpace } = this.#server;
    const type = addressSpace.findDataType(TYPES[this.#kind].result, this.#index);
    if (type === null) throw new InvariantError("the server has no model of scan results");
    const timestamp = new Date(Date.now() + this.#clockOffsetMs);
    const epc = () => ({ pC: 0x3000, uId: Buffer.from(identifier, "hex"), xPC_W1: 0, xPC_W2: 0 });
    const content =
      this.#kind === "tag"
        ? { codeType: "EPC", scanData: { epc: epc() }, sighting: [] }
        : { codeType: "QR", scanData: { string: identifier } };
    return addressSpace.constructExtensionObject(type, { ...content, timestamp }) as Structure;
  }

  #setStatus(status: keyof typeof DEVICE_STATUS): void {
    this.#status?.setValueFromSource({ dataType: "Int32", value: DEVICE_STATUS[status] });
  }

  get #name(): string {
    return this.#options.name ?? "Reader";
  }

  get #kind(): "tag" | "code" {
    return this.#options.kind ?? "tag";
  }

  get #index(): number {
    return this.#server.addressSpace.getNamespaceIndex(AUTO_ID_URI);
  }
}
