import { Buffer } from "node:buffer";
import type { DeviceClass } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { driverNamed } from "#devices/registry";
import { type ConfigIssue, shown } from "./issues.ts";
import { socketPath } from "./outline.ts";
import { type FileField, fileIssues } from "./referenced-files.ts";
import { readPassword, readPublicKey } from "./secrets.ts";
import { type KeyPath, pathText, type YamlDocument } from "./yaml-document.ts";

/** Longest path of a unix socket, bytes: sun_path is 108 with its terminating zero (Linux, unix(7)). */
export const SOCKET_PATH_LIMIT = 107;

type Block = Readonly<Record<string, unknown>>;

const isBlock = (value: unknown): value is Block =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const block = (value: unknown): Block => (isBlock(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/**
 * What a schema cannot say. Looks at whatever is there, so that these mistakes are reported together with those of
 * form; a value of a wrong type is left to the schema.
 */
export function laneIssues(configFile: string, document: YamlDocument, files: readonly FileField[]): ConfigIssue[] {
  const lane = block(document.value);
  const devices = Object.entries(block(lane["devices"])).map(([id, device]) => ({ id, options: block(device) }));
  const issue = (path: KeyPath, value: string, expected: string, fix: string): ConfigIssue => ({
    path: pathText(path),
    line: document.lineOf(path),
    value,
    expected,
    fix,
  });
  return [
    ...reservedIssues(devices, issue),
    ...classIssues(devices, issue),
    ...addressIssues(devices, issue),
    ...trustIssues(block(lane["upstream"]), issue),
    ...socketIssues(configFile, lane, issue),
    ...fileIssues(document, files),
    ...contentIssues(files, issue),
  ];
}

type Issue = (path: KeyPath, value: string, expected: string, fix: string) => ConfigIssue;
type Devices = readonly { readonly id: string; readonly options: Block }[];

/** Ids that the daemon uses itself: its recognition process is shown among the devices. */
const RESERVED_IDS: readonly string[] = ["vision"];

function reservedIssues(devices: Devices, issue: Issue): ConfigIssue[] {
  return devices
    .filter(({ id }) => RESERVED_IDS.includes(id))
    .map(({ id }) => issue(["devices", id], `${shown(id, "")}, an id of the daemon itself`, "another id", "rename it"));
}

/** One gate, because one process image and one boom are one lane; at most one weighbridge. */
function classIssues(devices: Devices, issue: Issue): ConfigIssue[] {
  const idsOf = (wanted: DeviceClass) =>
    devices.filter(({ options }) => driverNamed(textOf(options["driver"]) ?? "")?.class === wanted).map(({ id }) => id);
  // An unknown driver is reported as such; counting would only say the same thing twice.
  const countable = devices.every(({ options }) => driverNamed(textOf(options["driver"]) ?? "") !== undefined);
  const issues: ConfigIssue[] = [];
  const gates = idsOf("gate");
  const weighbridges = idsOf("weighbridge");
  if (countable && devices.length > 0 && gates.length === 0) {
    issues.push(issue(["devices"], "without a gate", "exactly one device of the class gate", "add the gate PLC"));
  }
  const tooMany = (ids: readonly string[], what: string, expected: string) => {
    for (const id of ids.slice(1)) {
      issues.push(
        issue(["devices", id], `another ${what} beside ${ids[0]}`, expected, "give each lane a file of its own"),
      );
    }
  };
  tooMany(gates, "gate", "exactly one gate");
  tooMany(weighbridges, "weighbridge", "at most one weighbridge");
  return issues;
}

/**
 * Two devices at one address: two masters would disturb each other, and one camera under two names would count as two
 * independent witnesses of a plate.
 */
function addressIssues(devices: Devices, issue: Issue): ConfigIssue[] {
  const first = new Map<string, string>();
  return devices.flatMap(({ id, options }) => {
    const address = addressOf(options);
    if (address === undefined) return [];
    const other = first.get(address);
    if (other === undefined) {
      first.set(address, id);
      return [];
    }
    const expected = "an address of its own for each device";
    return [issue(["devices", id], `at the same address as ${other}: ${address}`, expected, "correct one of the two")];
  });
}

function addressOf({ host, port, unit, url, line }: Block): string | undefined {
  // A serial line carries many devices, each with a unit id of its own; without unit ids it carries one.
  if (typeof line === "string") return `${line}:${String(unit ?? "")}`;
  if (typeof host === "string") return `${hostName(host)}:${String(port ?? "")}:${String(unit ?? "")}`;
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { hostname, port: urlPort, protocol, pathname } = new URL(url);
  return `${hostName(hostname)}:${urlPort || (protocol === "https:" ? "443" : "80")}${pathname}`;
}

const hostName = (host: string) => {
  const lower = host.toLowerCase().replace(/\.$/, "");
  return ["localhost", "::1", "[::1]"].includes(lower) ? "127.0.0.1" : lower;
};

function trustIssues(upstream: Block, issue: Issue): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const list: readonly unknown[] = Array.isArray(upstream["trust"]) ? upstream["trust"] : [];
  const seen = new Set<string>();
  for (const [index, entry] of list.entries()) {
    const kid = textOf(block(entry)["kid"]);
    if (kid === undefined) continue;
    const path = ["upstream", "trust", String(index), "kid"];
    if (seen.has(kid)) issues.push(issue(path, `${shown(kid, "kid")}, given twice`, "each key id once", "remove one"));
    seen.add(kid);
  }
  const pairs = [
    ["certificateFile", "keyFile"],
    ["keyFile", "certificateFile"],
    ["passwordFile", "username"],
  ] as const;
  for (const [present, needed] of pairs) {
    if (upstream[present] === undefined || upstream[needed] !== undefined) continue;
    issues.push(
      issue(["upstream", present], `without ${needed}`, `${present} and ${needed} together`, `add ${needed}`),
    );
  }
  return issues;
}

function socketIssues(configFile: string, lane: Block, issue: Issue): ConfigIssue[] {
  const named = textOf(lane["socket"]);
  const socket = socketPath(configFile, named, textOf(lane["dataDir"]) ?? "");
  const bytes = Buffer.byteLength(socket);
  if (bytes <= SOCKET_PATH_LIMIT) return [];
  const path = named === undefined ? "dataDir" : "socket";
  const expected = `a socket path of at most ${SOCKET_PATH_LIMIT} bytes`;
  return [issue([path], `the socket ${shown(socket, "")}, ${bytes} bytes`, expected, "set socket to a shorter path")];
}

/** Files that can be read and hold the wrong thing. */
function contentIssues(files: readonly FileField[], issue: Issue): ConfigIssue[] {
  const read: Readonly<Record<string, (file: string) => unknown>> = {
    passwordFile: readPassword,
    publicKeyFile: readPublicKey,
  };
  const expected: Readonly<Record<string, string>> = {
    passwordFile: "a file with the password on one line",
    publicKeyFile: "an Ed25519 public key in PEM",
  };
  return files.flatMap(({ path, absolute }) => {
    const key = path.at(-1) ?? "";
    try {
      read[key]?.(absolute);
      return [];
    } catch (error) {
      if (!isLaneError(error, "CONFIG_INVALID") || error.detail.includes("cannot be read")) return [];
      return [issue(path, error.detail, expected[key] ?? "", "replace the file")];
    }
  });
}
