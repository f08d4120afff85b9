import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isLaneError, messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "../exit.ts";
import { shown } from "../terminal/output.ts";

/** What stands in a profile until somebody has looked it up. */
export const FILL_IN = "FILL IN";

/** A family whose products differ in data only. */
export interface ProfileFamily {
  readonly class: string;
  readonly family: string;
  /** What people call one. */
  readonly what: string;
  /** Profile that a new one begins as. */
  readonly model: string;
  /** What to take from the manual, in this order. */
  readonly todo: readonly string[];
  /** Whether its schema has room for where things were read, and for what nobody has verified. */
  readonly notes: "none" | "note" | "unverified";
  /** Throws LaneError CONFIG_INVALID. */
  check(data: unknown, name: string): Promise<unknown>;
}

const AT = "Addresses are as on the wire, from 0: 40203 in a manual is 202 here.";

export const PROFILE_FAMILIES: readonly ProfileFamily[] = [
  {
    class: "weighbridge",
    family: "modbus",
    what: "register map of a weighing indicator",
    model: "generic",
    notes: "unverified",
    todo: [
      "functionCode: 3 when the registers are holding registers, 4 when they are input registers",
      `gross: address, type, word order and kilograms of one count of the GROSS weight. ${AT}`,
      "status: the register, and each bit with the level at which its name is true; leave out what the manual does not name",
      "sampleCounter: a register that changes with every measurement; leave it out when there is none",
      "unverified: take out each field that the manual states plainly",
    ],
    check: async (data, name) => (await import("#devices/weighbridge/modbus/profile")).checkProfile(data, name),
  },
  {
    class: "weighbridge",
    family: "ascii",
    what: "frame format of an indicator that sends text",
    model: "and-18",
    notes: "note",
    todo: [
      "start, end, length: what a frame begins and ends with, and the characters between",
      "expect: every mark that must stand somewhere; columns count from 0 after the start",
      "weight: columns of the number; kilograms and gross: the marks without which it means something else",
      "stable, zero, overRange, underRange: leave out what the manual does not name",
    ],
    check: async (data, name) => (await import("#devices/weighbridge/ascii/format")).checkFormat(data, name),
  },
  {
    class: "gate",
    family: "modbus",
    what: "I/O map of a gate PLC on Modbus",
    model: "generic",
    notes: "note",
    todo: [
      `inputs: address and level of every input; none may be left out. ${AT}`,
      "coils: the green lamp of a light lies one after its red one",
      "heartbeat: the register that the PLC's program counts up",
    ],
    check: async (data, name) => (await import("#devices/gate/modbus/profile")).checkGateProfile(data, name),
  },
  {
    class: "gate",
    family: "opcua",
    what: "nodes of a gate PLC on OPC UA",
    model: "generic",
    notes: "none",
    todo: [
      "inputs: node and level of every input; bit when several share a word; {station} stands for the option station",
      "commands: a node to write, or a method to call; outputs: the lamps and the watchdog",
      "heartbeat: the number that the PLC's program changes",
    ],
    check: async (data, name) => (await import("#devices/gate/opcua/profile")).checkGateNodes(data, name),
  },
];

/** The family of that name. Throws CommandFailure with those that there are. */
export function familyNamed(deviceClass: string, family: string): ProfileFamily {
  const found = PROFILE_FAMILIES.find((one) => one.class === deviceClass && one.family === family);
  if (found !== undefined) return found;
  const known = PROFILE_FAMILIES.map((one) => `${one.class} ${one.family}`).join(", ");
  throw new CommandFailure(
    EXIT.usage,
    "USAGE",
    `${shown(deviceClass)} ${shown(family)} has no profiles; these have: ${known}`,
  );
}

/** Where the profiles of a family lie. */
export const folderOf = ({ class: deviceClass, family }: ProfileFamily): string =>
  fileURLToPath(new URL(`../../../devices/${deviceClass}/${family}/profiles/`, import.meta.url));

/** A new profile to be filled in: the model of the family under its own name, valid, and marked where it is not true yet. */
export async function skeleton(family: ProfileFamily, name: string): Promise<object> {
  const model = JSON.parse(await readFile(join(folderOf(family), `${family.model}.json`), "utf8")) as object;
  const { name: _, summary: __, manual: ___, note: ____, ...fields } = model as Readonly<Record<string, unknown>>;
  const head = { name, summary: `${FILL_IN}: maker and product` };
  const notes =
    family.notes === "none"
      ? {}
      : {
          manual: `${FILL_IN}: product, manual, page`,
          note: `${FILL_IN}: what the manual leaves open, or take this out`,
        };
  const unverified = family.notes === "unverified" ? { unverified: fieldPaths(fields) } : {};
  return { ...head, ...notes, ...unverified, ...fields };
}

/** What was found in a profile file. */
export interface ProfileReport {
  readonly file: string;
  readonly name: string;
  readonly class: string | null;
  readonly family: string | null;
  /** Fits its schema, and nothing is left to be filled in. */
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** What is to be looked at when the device is commissioned. */
  readonly unverified: readonly string[];
}

/** Checks a profile file against its family, or, without one named, against the only family that it can be of. */
export async function checkProfileFile(file: string, named: ProfileFamily | undefined): Promise<ProfileReport> {
  const name = basename(file).replace(/\.json$/, "");
  const base = { file, name, class: named?.class ?? null, family: named?.family ?? null, unverified: [] };
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new CommandFailure(EXIT.usage, "USAGE", `${shown(file)} cannot be read: ${messageOf(error)}`);
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { ...base, ok: false, problems: [`it is not JSON: ${messageOf(error)}`] };
  }
  const family = named ?? guess(file, data);
  if (family === undefined) {
    return { ...base, ok: false, problems: ["it is not clear what it is: name its class and family"] };
  }
  const misfit = await family.check(data, name).then(() => undefined, detailOf);
  const left = [...text.matchAll(/"([^"]*)"\s*:\s*"FILL IN/g)].map(([, key]) => `${key} is still to be filled in`);
  const problems = [...(misfit === undefined ? [] : [misfit]), ...left];
  const { class: deviceClass, family: familyName } = family;
  return {
    ...base,
    class: deviceClass,
    family: familyName,
    ok: problems.length === 0,
    problems,
    unverified: unverifiedIn(data),
  };
}

/** Every profile there is, for people. */
export async function allProfiles(): Promise<
  readonly { class: string; family: string; name: string; summary: string }[]
> {
  const found = PROFILE_FAMILIES.map(async (family) => {
    const files = (await readdir(folderOf(family))).filter((file) => file.endsWith(".json")).sort();
    return await Promise.all(
      files.map(async (file) => {
        const { summary } = JSON.parse(await readFile(join(folderOf(family), file), "utf8")) as { summary: string };
        return { class: family.class, family: family.family, name: file.replace(/\.json$/, ""), summary };
      }),
    );
  });
  return (await Promise.all(found)).flat();
}

/** By where it lies, else by what only this family has. */
function guess(file: string, data: unknown): ProfileFamily | undefined {
  const place = PROFILE_FAMILIES.find((one) => file.includes(`${one.class}/${one.family}/profiles/`));
  if (place !== undefined) return place;
  const has = (key: string) => typeof data === "object" && data !== null && key in data;
  if (has("gross") && has("functionCode")) return familyNamed("weighbridge", "modbus");
  if (has("weight") && has("length")) return familyNamed("weighbridge", "ascii");
  if (has("coils")) return familyNamed("gate", "modbus");
  return has("commands") ? familyNamed("gate", "opcua") : undefined;
}

function unverifiedIn(data: unknown): readonly string[] {
  const list: unknown = typeof data === "object" && data !== null && "unverified" in data ? data.unverified : [];
  return Array.isArray(list) ? list.map(String) : [];
}

/** Fields of a map as `unverified` names them: keys joined by slashes, down to what is a value of its own. */
function fieldPaths(fields: Readonly<Record<string, unknown>>, before = ""): string[] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const path = `${before}${key}`;
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value) && !("bit" in value);
    return isGroup ? fieldPaths(value as Readonly<Record<string, unknown>>, `${path}/`) : [path];
  });
}

const detailOf = (error: unknown): string => (isLaneError(error) ? error.detail : messageOf(error));
