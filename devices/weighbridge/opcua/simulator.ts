import { InvariantError } from "#contract/errors";
import type { SimulatedOpcUaServer, Variable } from "../../transport/opcua/server/server.ts";
import { Scale, type ScaleOptions } from "../modbus/simulator-scale.ts";
import { SCALES_URI, WEIGHT_NODES, type WeightNode } from "./scale-model.ts";

export interface ScaleStationOptions extends Partial<ScaleOptions> {
  /** Browse name of the scale; several may live on one server. Default `Scale`. */
  readonly name?: string;
  /** How many times faster than real the platform settles; default 1. */
  readonly speed?: number;
}

/** Information models that its server must have been started with. */
export const SCALE_MODELS = ["di", "machinery", "ia", "packML", "scales"] as const;

/** A new measurement is ready this often, milliseconds. */
const MEASUREMENT_MS = 10;
/** Kilogram: common code KGM of UNECE Recommendation 20 as OPC UA numbers it. */
const KILOGRAM = { namespaceUri: "http://www.opcfoundation.org/UA/units/un/cefact", unitId: 4_933_453 };

export type ScaleFault = "bad-quality" | "uncertain" | "not-legal" | "refuses-register";

/** A scale of VehicleScaleType, built from the published nodeset of OPC 40200, with the mechanics of the other simulator. */
export class ScaleStation {
  readonly #server: SimulatedOpcUaServer;
  readonly #options: ScaleStationOptions;
  readonly #scale: Scale;
  readonly #nodes = new Map<WeightNode, Variable>();
  #advancedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #frozen = false;
  #fault: ScaleFault | undefined;
  #nodeId = "";
  /** Weights that its own memory holds, kilograms. */
  readonly registeredKg: number[] = [];

  constructor(server: SimulatedOpcUaServer, options: ScaleStationOptions = {}) {
    const { capacityKg = 80_000, divisionKg = 20, seed = 1 } = options;
    this.#server = server;
    this.#options = options;
    this.#scale = new Scale({ capacityKg, divisionKg, seed });
  }

  /** For the option `scale` of the driver. */
  get nodeId(): string {
    return this.#nodeId;
  }

  /** Adds its nodes to the running server and begins to measure. */
  start(): void {
    this.#build();
    this.#advancedAt = performance.now();
    this.#timer = setInterval(() => this.#measure(), MEASUREMENT_MS);
  }

  /** Measures no more. Safe to call twice. */
  stop(): void {
    clearInterval(this.#timer);
  }

  setLoad(kg: number): void {
    this.#scale.setLoad(kg);
  }

  setDrift(kg: number): void {
    this.#scale.setDrift(kg);
  }

  setShake(kg: number): void {
    this.#scale.setShake(kg);
  }

  /** The server goes on answering and the scale measures no more. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** Switches a fault on, or off with undefined. */
  setFault(fault: ScaleFault | undefined): void {
    this.#fault = fault;
  }

  #build(): void {
    const { addressSpace, namespace } = this.#server;
    const name = this.#options.name ?? "Scale";
    const index = addressSpace.getNamespaceIndex(SCALES_URI);
    const type = addressSpace.findObjectType("VehicleScaleType", index);
    const units = addressSpace.findDataType("EUInformation");
    if (type === null || units === null) throw new InvariantError("the server has no model of scales");
    const device = type.instantiate({
      browseName: name,
      nodeId: `s=${name}`,
      namespace,
      organizedBy: addressSpace.rootFolder.objects,
      optionals: [...WEIGHT_NODES.map((node) => `CurrentWeight.${node}`), "RegisterWeight"],
    });
    device.getMethodByName("RegisterWeight", index)?.bindMethod((_inputs, _context, answer) => {
      const refused = this.#fault === "refuses-register" || !this.#scale.stable;
      if (!refused) this.registeredKg.push(this.#scale.grossKg);
      answer(null, { statusCode: this.#server.quality(refused ? "BadInvalidState" : "Good"), outputArguments: [] });
    });
    this.#nodeId = `nsu=${namespace.namespaceUri};s=${name}`;
    const weight = device.getComponentByName("CurrentWeight", index);
    for (const node of WEIGHT_NODES) {
      const found = (weight?.getPropertyByName(node, index) ?? weight?.getComponentByName(node, index)) as
        | Variable
        | null
        | undefined;
      if (found == null) throw new InvariantError(`the model of scales has no CurrentWeight/${node}`);
      this.#nodes.set(node, found);
    }
    const unit = weight?.getPropertyByName("EngineeringUnits") as Variable | null | undefined;
    const value = addressSpace.constructExtensionObject(units, KILOGRAM);
    unit?.setValueFromSource({ dataType: "ExtensionObject", value });
    this.#measure();
  }

  #measure(): void {
    const now = performance.now();
    this.#scale.advance((now - this.#advancedAt) * (this.#options.speed ?? 1));
    this.#advancedAt = now;
    if (this.#frozen) return;
    const { grossKg, stable, atZero, overRange, underRange } = this.#scale;
    this.#set("WeightStable", "Boolean", stable);
    this.#set("InsideZero", "Boolean", atZero);
    this.#set("Overload", "Boolean", overRange);
    this.#set("Underload", "Boolean", underRange);
    this.#set("LegalForTrade", "Boolean", this.#fault !== "not-legal");
    this.#set("Gross", "Double", grossKg);
  }

  #set(node: WeightNode, dataType: "Boolean" | "Double", value: boolean | number): void {
    const name = {
      "bad-quality": "BadSensorFailure",
      uncertain: "UncertainLastUsableValue",
      "not-legal": "Good",
      "refuses-register": "Good",
    } as const;
    const quality = this.#server.quality(this.#fault === undefined ? "Good" : name[this.#fault]);
    this.#nodes.get(node)?.setValueFromSource({ dataType, value }, quality, new Date());
  }
}
