import type { GateInputName, GateInputs } from "#contract/device";
import type { Namespace, SimulatedOpcUaServer, Variable } from "../../transport/opcua/server/server.ts";
import { COIL, inputsIn, WATCHDOG_LIMIT_MS } from "../modbus/register-table.ts";
import { Boom } from "../modbus/simulator-boom.ts";
import { type CommandCounters, type FieldInputs, PlcProgram, type ShownLight } from "../modbus/simulator-program.ts";
import { forStation, type GateNodes, loadGateNodes, OUTPUTS } from "./profile.ts";

export interface GateStationOptions {
  /** What the PLC calls this gate; several may live on one server. Default `Gate`. */
  readonly station?: string;
  /** Profile whose nodes it has; default `generic`. */
  readonly profile?: string;
  /** Time of a whole movement of the boom, milliseconds; default 1500. */
  readonly travelMs?: number;
  /** How many times faster than real the boom moves; default 1. */
  readonly speed?: number;
}

/** The PLC goes through its program this often, milliseconds, and counts up its heartbeat. */
const SCAN_MS = 20;
/** Namespace of the simulated PLC. */
export const GATE_PLC_URI = "urn:gatelane:gate-plc";

const COIL_OF = {
  entryRed: COIL.lightEntryRed,
  entryGreen: COIL.lightEntryGreen,
  exitRed: COIL.lightExitRed,
  exitGreen: COIL.lightExitGreen,
  watchdog: COIL.watchdogToggle,
} as const;

type Word = {
  readonly variable: Variable;
  readonly bits: readonly (readonly [keyof GateInputs, number | undefined])[];
};

type Folder = ReturnType<Namespace["addObject"]>;

/** What goes wrong between the PLC and its own OPC UA server. */
export type PlcFault = "bad-quality" | "refuses-writes";

/** One gate of a PLC with an OPC UA server: the boom and the safety program of the Modbus PLC behind other wires. */
export class GateStation {
  readonly #server: SimulatedOpcUaServer;
  readonly #options: GateStationOptions;
  readonly #boom: Boom;
  readonly #program: PlcProgram;
  readonly #words: Word[] = [];
  readonly #writable: Variable[] = [];
  #heartbeat: Variable | undefined;
  #count = 0;
  #scan: NodeJS.Timeout | undefined;
  #scannedAt = performance.now();
  #watchdogAt = Number.NEGATIVE_INFINITY;
  #frozen = false;
  #fault: PlcFault | undefined;
  /** Called when a command has been taken, before it is answered. */
  onCommand: () => void = () => undefined;

  constructor(server: SimulatedOpcUaServer, options: GateStationOptions = {}) {
    this.#server = server;
    this.#options = options;
    this.#boom = new Boom(options.travelMs ?? 1500);
    this.#program = new PlcProgram(this.#boom);
  }

  get boomPosition(): number {
    return this.#boom.position;
  }

  get lights(): { readonly entry: ShownLight; readonly exit: ShownLight } {
    return this.#program.lights;
  }

  get counters(): CommandCounters {
    return this.#program.counters;
  }

  /** Adds its nodes to the running server and begins to scan. */
  async start(): Promise<void> {
    const { station = "Gate", profile = "generic" } = this.#options;
    this.#build(forStation(await loadGateNodes(profile), station));
    this.#scannedAt = performance.now();
    this.#scan = setInterval(() => this.#round(), SCAN_MS);
  }

  /** Stands still. Safe to call twice. */
  stop(): void {
    clearInterval(this.#scan);
  }

  /** Starts the program afresh; the boom stays where it is. */
  reboot(): void {
    this.#frozen = false;
    this.#program.boot();
  }

  setInputs(changes: Partial<FieldInputs>): void {
    this.#program.setField(changes);
  }

  /** A stuck loop, a broken limit switch: the input shows `value` until it is repaired with undefined. */
  forceInput(name: GateInputName, value: boolean | undefined): void {
    this.#program.force(name, value);
  }

  /** The program stops: values and heartbeat stand still, commands are taken and forgotten. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** Switches a fault on, or off with undefined. */
  setFault(fault: PlcFault | undefined): void {
    this.#fault = fault;
    for (const variable of this.#writable) {
      // Bits of the AccessLevel attribute (OPC 10000-3, 8.57): 1 current read, 2 current write.
      variable.userAccessLevel = fault === "refuses-writes" ? 1 : 3;
    }
    this.#publish();
  }

  #build(nodes: GateNodes): void {
    const { addressSpace } = this.#server;
    const namespace = addressSpace.registerNamespace(GATE_PLC_URI);
    const folder = namespace.addObject({
      browseName: this.#options.station ?? "Gate",
      organizedBy: addressSpace.rootFolder.objects,
    });
    const variable = (node: string, dataType: "Boolean" | "UInt16" | "UInt32") =>
      namespace.addVariable({
        componentOf: folder,
        browseName: nameIn(node),
        nodeId: `s=${nameIn(node)}`,
        dataType,
        minimumSamplingInterval: 10,
        accessLevel: "CurrentRead | CurrentWrite",
        userAccessLevel: "CurrentRead | CurrentWrite",
      });
    this.#heartbeat = variable(nodes.heartbeat.node, "UInt16");
    const names = inputsIn(nodes.inputs);
    for (const node of new Set(names.flatMap((name) => nodes.inputs[name]?.node ?? []))) {
      const bits = names
        .filter((name) => nodes.inputs[name]?.node === node)
        .map((name) => [name, nodes.inputs[name]?.bit] as const);
      this.#words.push({ variable: variable(node, bits[0]?.[1] === undefined ? "Boolean" : "UInt32"), bits });
    }
    for (const [pulse, coil] of [
      [nodes.commands.raiseBoom, COIL.cmdOpen],
      [nodes.commands.lowerBoom, COIL.cmdClose],
    ] as const) {
      if ("write" in pulse) this.#output(variable(pulse.write, "Boolean"), coil, true);
      else this.#method(methodsOf(namespace, folder, pulse.call.object), pulse.call.method, coil);
    }
    for (const name of OUTPUTS) this.#output(variable(nodes.outputs[name], "Boolean"), COIL_OF[name], false);
    this.#publish();
  }

  #output(variable: Variable, coil: number, isPulse: boolean): void {
    variable.setValueFromSource({ dataType: "Boolean", value: false });
    this.#writable.push(variable);
    variable.on("value_changed", ({ value }) => {
      this.#write(coil, value.value === true);
      if (isPulse && value.value === true) {
        this.onCommand();
        variable.setValueFromSource({ dataType: "Boolean", value: false });
      }
    });
  }

  #method(owner: Folder, node: string, coil: number): void {
    const method = owner.namespace.addMethod(owner, { browseName: nameIn(node), nodeId: `s=${nameIn(node)}` });
    method.bindMethod((_inputs, _context, callback) => {
      const refused = this.#fault === "refuses-writes";
      if (!refused) {
        this.#write(coil, true);
        this.onCommand();
      }
      const statusCode = this.#server.quality(refused ? "BadUserAccessDenied" : "Good");
      callback(null, { statusCode, outputArguments: [] });
    });
  }

  #write(coil: number, on: boolean): void {
    if (this.#frozen) return;
    const before = this.#program.counters.watchdogToggles;
    this.#program.writeCoil(coil, on);
    if (this.#program.counters.watchdogToggles !== before) this.#watchdogAt = performance.now();
  }

  #round(): void {
    const now = performance.now();
    const elapsed = (now - this.#scannedAt) * (this.#options.speed ?? 1);
    this.#scannedAt = now;
    if (this.#frozen) return;
    this.#boom.advance(elapsed);
    this.#program.guard();
    if (now - this.#watchdogAt > WATCHDOG_LIMIT_MS) this.#program.loseWatchdog();
    this.#publish();
  }

  #publish(): void {
    this.#count = (this.#count + 1) % 65_536;
    this.#set(this.#heartbeat, "UInt16", this.#count);
    const inputs = this.#program.inputs();
    for (const { variable, bits } of this.#words) {
      const [name, bit] = bits[0] ?? [];
      if (name === undefined) continue;
      if (bit === undefined) this.#set(variable, "Boolean", inputs[name] === true);
      else this.#set(variable, "UInt32", wordOf(inputs, bits));
    }
  }

  #set(variable: Variable | undefined, dataType: "Boolean" | "UInt16" | "UInt32", value: boolean | number): void {
    const quality = this.#server.quality(this.#fault === "bad-quality" ? "BadSensorFailure" : "Good");
    variable?.setValueFromSource({ dataType, value }, quality);
  }
}

/** The object that has the methods, made when it is first asked for. */
function methodsOf(namespace: Namespace, folder: Folder, object: string): Folder {
  const nodeId = `s=${nameIn(object)}`;
  const found = folder.getComponents().find((one) => one.nodeId.value === nameIn(object));
  return (
    (found as Folder | undefined) ?? namespace.addObject({ componentOf: folder, browseName: nameIn(object), nodeId })
  );
}

const nameIn = (node: string): string => node.replace(/^.*?;?s=/s, "");

function wordOf(inputs: GateInputs, bits: Word["bits"]): number {
  return bits.reduce((word, [name, bit = 0]) => word + (inputs[name] ? 2 ** bit : 0), 0);
}
