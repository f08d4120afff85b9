import { Buffer } from "node:buffer";
import type { DeviceClass } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { readChallengeKey } from "#devices/gate/modbus/challenge";
import { driverNamed } from "#devices/registry";
import { type ConfigIssue, shown } from "./issues.ts";
import { isLoopback } from "./lan-bus-config.ts";
import { lineIssues } from "./line-checks.ts";
import { socketPath } from "./outline.ts";
import { type FileField, fileIssues } from "./referenced-files.ts";
import { readPassword, readPublicKey } from "./secrets.ts";
import { validityIssues } from "./validity-config.ts";
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
    ...lineIssues(devices, issue),
    ...trustIssues(block(lane["upstream"]), issue),
    ...orderIssues(block(lane["orders"]), issue),
    ...lanBusIssues(block(lane["lanBus"]), textOf(lane["lane"]), issue),
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
  const place = ["upstream", "trust"];
  const issues = repeatedIssues(upstream["trust"], place, "kid", issue);
  issues.push(...validityIssues(blocksIn(upstream["trust"]), place, issue));
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

/** Entries of a list that name the same thing. */
function repeatedIssues(list: unknown, place: KeyPath, key: string, issue: Issue): ConfigIssue[] {
  const seen = new Set<string>();
  return blocksIn(list).flatMap((entry, index) => {
    const name = textOf(entry[key]);
    if (name === undefined) return [];
    const path = [...place, String(index), key];
    if (seen.has(name)) return [issue(path, `${shown(name, key)}, given twice`, `each ${key} once`, "remove one")];
    seen.add(name);
    return [];
  });
}

const blocksIn = (list: unknown): readonly Block[] => (Array.isArray(list) ? list.map(block) : []);

/** One person has one key: with two, the same person could approve what they ask for themselves. */
function orderIssues(orders: Block, issue: Issue): ConfigIssue[] {
  const place = ["orders", "keys"];
  const days = validityIssues(blocksIn(orders["keys"]), place, issue);
  return [
    ...["kid", "subject", "publicKeyFile"].flatMap((key) => repeatedIssues(orders["keys"], place, key, issue)),
    ...days,
  ];
}

function lanBusIssues(bus: Block, lane: string | undefined, issue: Issue): ConfigIssue[] {
  const issues = repeatedIssues(bus["neighbours"], ["lanBus", "neighbours"], "lane", issue);
  const files = ["certificateFile", "keyFile", "caFile"];
  const missing = files.filter((key) => bus[key] === undefined);
  const host = textOf(bus["host"]) ?? "127.0.0.1";
  if (missing.length === files.length && !isLoopback(host)) {
    const expected = "TLS on every address beyond loopback";
    issues.push(issue(["lanBus", "host"], `${shown(host, "")} without TLS`, expected, `add ${files.join(", ")}`));
  } else if (missing.length > 0 && missing.length < files.length) {
    const expected = `${files.join(", ")} together`;
    issues.push(issue(["lanBus"], `without ${missing.join(", ")}`, expected, `add ${missing.join(", ")}`));
  }
  for (const [index, neighbour] of blocksIn(bus["neighbours"]).entries()) {
    const at = (key: string) => ["lanBus", "neighbours", String(index), key];
    if (lane !== undefined && neighbour["lane"] === lane) {
      issues.push(issue(at("lane"), `${shown(lane, "")}, this lane itself`, "another lane", "remove it"));
    }
    const url = textOf(neighbour["url"]) ?? "";
    const other = /^mqtt:\/\/(.+?)(?::\d+)?$/.exec(url)?.[1];
    if (other !== undefined && !isLoopback(other)) {
      issues.push(issue(at("url"), shown(url, ""), "mqtts:// for another machine", "use mqtts://"));
    }
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
    challengeKeyFile: readChallengeKey,
  };
  const expected: Readonly<Record<string, string>> = {
    passwordFile: "a file with the password on one line",
    publicKeyFile: "an Ed25519 public key in PEM",
    challengeKeyFile: "a file with 32 hexadecimal digits on one line",
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
