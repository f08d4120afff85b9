import { dirname, resolve } from "node:path";
import { ConfigError } from "#config/issues";
import { readConfigText } from "#config/read-text";
import { parseYaml } from "#config/yaml-document";
import type { DeviceEntry, LaneDevices } from "../fittings/fitting.ts";

/** What a bench takes over from a lane file: everything but where its surroundings are. */
export interface LaneDescription {
  readonly site: string;
  readonly lane: string;
  readonly direction: string;
  /** Absolute. */
  readonly policyFile: string;
  /** Absolute, or null. */
  readonly shadowPolicyFile: string | null;
  readonly devices: LaneDevices;
}

/**
 * Reads a lane file for a bench. Its secrets and addresses are not looked at, because simulators come in their place;
 * what is left is checked when the bench has written its own file. Throws an Error that names what is missing.
 */
export function readLaneDescription(file: string): LaneDescription {
  const document = parseYaml(file, readConfigText(resolve(file)));
  if (document.issues.length > 0) throw new ConfigError(file, document.issues);
  const lane = blockOf(document.value);
  const text = (name: string): string => {
    const value = lane[name];
    if (typeof value !== "string") throw new Error(`${file}: ${name} is missing`);
    return value;
  };
  const shadow = lane["shadowPolicyFile"];
  const beside = (path: string) => resolve(dirname(file), path);
  return {
    site: text("site"),
    lane: text("lane"),
    direction: text("direction"),
    policyFile: beside(text("policy")),
    shadowPolicyFile: typeof shadow === "string" ? beside(shadow) : null,
    devices: Object.fromEntries(Object.entries(blockOf(lane["devices"])).map(([id, one]) => [id, entryOf(one, id)])),
  };
}

function entryOf(value: unknown, id: string): DeviceEntry {
  const { driver, ...options } = blockOf(value);
  if (typeof driver !== "string") throw new Error(`the device ${id} names no driver`);
  return { driver, ...options };
}

function blockOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
