import { EDGE_KNOBS } from "./edge.ts";
import { MODBUS_GATES } from "./gates.ts";
import type { KnobFamily } from "./knob.ts";
import { OPC_UA_KNOBS } from "./opcua.ts";
import { SCALES } from "./scales.ts";

/** The knobs of every simulator, one for each driver of the registry. */
export const KNOB_FAMILIES: readonly KnobFamily[] = [...MODBUS_GATES, ...SCALES, ...OPC_UA_KNOBS, ...EDGE_KNOBS];
