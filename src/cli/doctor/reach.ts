import { accessSync, constants, existsSync } from "node:fs";
import { createConnection } from "node:net";
import { type DeviceConfig, devicesOf, type LaneConfig } from "#config/lane-config";
import { FAULT_CATALOGUE } from "#contract/device";
import type { LaneSnapshot } from "#contract/messages";
import type { LaneClient } from "../lane-client.ts";
import { type Finding, good, unknown, warning, wrong } from "./finding.ts";

/** Longest wait for a connection, milliseconds. */
const CONNECT_MS = 3000;

/**
 * The daemon, and through it the devices and the link to operations. When no daemon answers, their addresses are tried
 * from here; while one runs they are not, because many serial device servers take one connection only.
 */
export async function reachFindings(config: LaneConfig, client: LaneClient): Promise<readonly Finding[]> {
  const lane = await client.get<LaneSnapshot>("/status").catch(() => null);
  if (lane !== null) return [...fileFindings(config, lane), ...laneFindings(lane)];
  const start = "systemctl start laned, or by hand: laned --config <file>";
  const places = [
    ...devicesOf(config).flatMap(placesOf),
    { who: "operations", ...hostOf(config.upstream.url, 8883, 1883) },
  ];
  const tried = await Promise.all(places.map(tryPlace));
  return [warning("daemon", `no answer at ${client.socketPath}`, start), ...tried];
}

/** Whether the daemon runs on what stands in the file now. */
function fileFindings({ configHash }: LaneConfig, lane: LaneSnapshot): Finding[] {
  if (lane.configHash === configHash) return [];
  const found = lane.configuration?.detail ?? "the lane file was changed after laned had started";
  return [
    warning("configuration", found, "what stands in the file counts from the next start: systemctl restart laned"),
  ];
}

function laneFindings(lane: LaneSnapshot): Finding[] {
  const mode =
    lane.mode === "auto"
      ? good("daemon", `lane ${lane.lane} at work, software ${lane.software}`)
      : warning("daemon", `lane ${lane.lane} in ${lane.mode}`, "lanectl status says why");
  const link = lane.link.up
    ? good("operations", lane.link.detail)
    : warning(
        "operations",
        lane.link.detail,
        "the lane goes on with its own list; look at network, broker and certificate",
      );
  const devices = lane.devices.map(({ id, state, fault }) => {
    if (fault === undefined) return good(`device ${id}`, state);
    const tell = state === "down" ? wrong : warning;
    return tell(`device ${id}`, `${fault.code}: ${fault.detail}`, FAULT_CATALOGUE[fault.code]);
  });
  return [mode, link, ...devices];
}

interface Place {
  readonly who: string;
  /** A serial port. */
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
}

function placesOf({ id, options }: DeviceConfig): Place[] {
  const who = `device ${id}`;
  const { host, port, url, endpoint, line } = options;
  if (typeof host === "string") return [{ who, host, port: Number(port) }];
  if (typeof line === "string" && !line.startsWith("tcp://")) return [{ who, path: line }];
  const address = [url, endpoint, line].find((one) => typeof one === "string");
  return typeof address === "string" ? [{ who, ...hostOf(address, 443, 80) }] : [];
}

function hostOf(address: string, securePort: number, plainPort: number): Pick<Place, "host" | "port"> {
  const { hostname, port, protocol } = new URL(address);
  const usual = /s:$/.test(protocol) ? securePort : plainPort;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : Number(port) };
}

async function tryPlace({ who, path, host = "", port = 0 }: Place): Promise<Finding> {
  if (path !== undefined) return serialPort(who, path);
  const place = `${host}:${port}`;
  const problem = await connectProblem(host, port);
  if (problem === undefined) return good(who, `somebody listens at ${place}`);
  return wrong(
    who,
    `${place}: ${problem}`,
    "check power, cable, address and port; then lanectl device show when the lane runs",
  );
}

function serialPort(who: string, path: string): Finding {
  if (!existsSync(path)) return wrong(who, `there is no ${path}`, "ls -l /dev/ttyS* /dev/ttyUSB* /dev/serial/by-id");
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return good(who, `${path} is there`);
  } catch {
    return unknown(
      who,
      `this user may not open ${path}`,
      "the daemon's user must be in the group of the port: ls -l shows it",
    );
  }
}

function connectProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: CONNECT_MS });
    const done = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => done(undefined));
    socket.once("timeout", () => done(`no answer within ${CONNECT_MS / 1000} s`));
    socket.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}
