import { LaneError } from "#contract/errors";
import type { OpcUaConnection } from "../../transport/opcua/connection.ts";
import type { NodeValue } from "../../transport/opcua/values.ts";

/** The part of OPC 40200 v2.00 (companion specification Weighing Technology) that a lane looks at. */
export const SCALES_URI = "http://opcfoundation.org/UA/Scales/V2/";

/** Components of CurrentWeight (WeightItemType, section 8.4), in the order in which they are read. */
export const WEIGHT_NODES = ["WeightStable", "InsideZero", "Overload", "Underload", "LegalForTrade", "Gross"] as const;
export type WeightNode = (typeof WEIGHT_NODES)[number];
/** Optional in the specification, and a scale may do without it. */
const DISPENSABLE: WeightNode = "LegalForTrade";

/** UNECE Recommendation 20 codes as OPC UA numbers them (OPC 10000-8, 5.6.3), and kilograms of one unit. */
const UNIT_KG: Readonly<Record<number, number>> = { 4933453: 1, 5525061: 1000 };

/** Where a scale keeps its weight, found by walking its type. */
export interface ScaleNodes {
  readonly ids: readonly string[];
  readonly names: readonly WeightNode[];
  /** Kilograms of one unit of the scale. */
  readonly unitKg: number;
  /** The scale and its method RegisterWeight; undefined at one that has none. */
  readonly register: { readonly scale: string; readonly method: string } | undefined;
}

/** Looks for the nodes of a scale. Rejects with LaneError DEVICE_EXCEPTION when it is not one or not in kilograms or tonnes. */
export async function findScale(connection: OpcUaConnection, scale: string): Promise<ScaleNodes> {
  const index = connection.namespaceIndex(SCALES_URI);
  const start = connection.resolve(scale);
  const ids: string[] = [];
  const names: WeightNode[] = [];
  for (const name of WEIGHT_NODES) {
    const id = await connection.find(start, `${index}:CurrentWeight/${index}:${name}`);
    if (id === undefined && name === DISPENSABLE) continue;
    if (id === undefined) throw new LaneError("DEVICE_EXCEPTION", `the scale ${scale} has no CurrentWeight/${name}`);
    ids.push(id);
    names.push(name);
  }
  const method = await connection.find(start, `${index}:RegisterWeight`);
  const register = method === undefined ? undefined : { scale: start, method };
  return { ids, names, unitKg: await unitOf(connection, start, index), register };
}

async function unitOf(connection: OpcUaConnection, start: string, index: number): Promise<number> {
  const node = await connection.find(start, `${index}:CurrentWeight/0:EngineeringUnits`);
  const [unit] = node === undefined ? [] : await connection.read([node]);
  const id = (unit?.value as { readonly unitId?: unknown } | undefined)?.unitId;
  const unitKg = typeof id === "number" ? UNIT_KG[id] : undefined;
  if (unitKg === undefined) {
    throw new LaneError("DEVICE_EXCEPTION", `the scale weighs in the unit ${String(id)}, neither kilograms nor tonnes`);
  }
  return unitKg;
}

/** One measurement, in words of the lane, or why there is none. */
export type Measurement =
  | {
      readonly kind: "weight";
      readonly grossKg: number;
      readonly stable: boolean;
      readonly atZero: boolean;
      readonly overRange: boolean;
      readonly underRange: boolean;
    }
  /** The scale works and has no weight. */
  | { readonly kind: "no-weight"; readonly detail: string }
  /** The server does not give what it must. */
  | { readonly kind: "refused"; readonly detail: string };

/** What the values of one read mean. `values` are in the order of `names`. */
export function measurementOf(
  { names, unitKg }: ScaleNodes,
  values: readonly NodeValue[],
  legal: boolean,
): Measurement {
  const named = (name: WeightNode) => values[names.indexOf(name)];
  for (const [position, { value, status }] of values.entries()) {
    if (value !== undefined) continue;
    const detail = `${names[position]} has no usable value: ${status}`;
    return status.startsWith("Bad") ? { kind: "refused", detail } : { kind: "no-weight", detail };
  }
  // An overload that is told as the number 1 must not count as none.
  const odd = names.find((name) => name !== "Gross" && typeof named(name)?.value !== "boolean");
  if (odd !== undefined) return { kind: "refused", detail: `${odd} is not a Boolean` };
  const flag = (name: WeightNode) => named(name)?.value === true;
  if (legal && !flag("LegalForTrade")) {
    const why = names.includes("LegalForTrade") ? "marks it as not" : "does not say that it is";
    return { kind: "no-weight", detail: `the scale ${why} legal for trade` };
  }
  const gross = named("Gross")?.value;
  if (typeof gross !== "number" || !Number.isFinite(gross)) {
    return { kind: "no-weight", detail: `Gross is ${String(gross)}` };
  }
  return {
    kind: "weight",
    // Grams are enough; adding zero turns -0 into 0.
    grossKg: Math.round(gross * unitKg * 1000) / 1000 + 0,
    stable: flag("WeightStable"),
    atZero: flag("InsideZero"),
    overRange: flag("Overload"),
    underRange: flag("Underload"),
  };
}
