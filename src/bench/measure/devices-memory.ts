import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { DaemonProcess } from "../demo/daemon-process.ts";
import { generateKeys } from "../operations/keys.ts";

/** Memory of one process of the daemon, bytes. */
export interface ProcessMemory {
  readonly process: "supervisor" | "control" | "edge" | "vision";
  /** Resident set: what shares a page with another process counts it in full. */
  readonly rssBytes: number;
  /** Proportional set: shared pages are divided among those who share them. These add up. */
  readonly pssBytes: number;
}

export interface DaemonMemory {
  readonly processes: readonly ProcessMemory[];
  /** Supervisor, control and edge together, proportional; recognition has a process and a limit of its own. */
  readonly laneBytes: number;
  readonly laneRssBytes: number;
}

/** After this time the drivers have settled into trying, milliseconds. */
const SETTLED_MS = 15_000;
/** After this time the first start has loaded everything, milliseconds. */
const WARM_UP_MS = 5000;
const POLICY = fileURLToPath(new URL("../../../config/policies/standard.yaml", import.meta.url));

/**
 * A real `laned` with twelve devices whose hardware is away. With `opcua` gate and weighbridge are of that family, so that
 * its library is loaded.
 */
export async function measureDaemonMemory(family: "modbus" | "opcua"): Promise<DaemonMemory> {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  const config = laneFile(folder, family);
  // As `npm run laned` and bin/laned.js start it: what was compiled once is kept. The first start fills that store.
  const cached = { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(folder, "compile-cache") };
  const daemon = new DaemonProcess(config, join(folder, "laned.log"), cached);
  const start = async (settledMs: number) => {
    daemon.start();
    (await daemon.journal(join(folder, "data", "lane.db"))).close();
    await pause(settledMs);
  };
  try {
    await start(WARM_UP_MS);
    await daemon.stop();
    await start(SETTLED_MS);
    const { pid } = daemon;
    if (pid === undefined) throw new Error("laned did not start");
    const processes = familyOf(pid).map(memoryOf);
    const lane = processes.filter((one) => one.process !== "vision");
    const sum = (of: "pssBytes" | "rssBytes") => lane.reduce((total, one) => total + one[of], 0);
    return { processes, laneBytes: sum("pssBytes"), laneRssBytes: sum("rssBytes") };
  } finally {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function laneFile(folder: string, family: "modbus" | "opcua"): string {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return `./${name}`;
  };
  const modbus = { host: "127.0.0.1", port: 9 };
  const opcUa = { endpoint: "opc.tcp://127.0.0.1:9" };
  const passwordFile = file("password", "bench\n");
  const camera = { driver: "onvif-camera", username: "lane", passwordFile, task: "plate" };
  const named = (prefix: string, count: number, of: (index: number) => object) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, of(index)]));
  const lane = {
    version: 1,
    site: "bench",
    lane: "lane-1",
    direction: "EXPORT",
    dataDir: "./data",
    policy: POLICY,
    devices: {
      gate: family === "opcua" ? { driver: "opcua-gate", ...opcUa } : { driver: "modbus-gate", ...modbus },
      scale:
        family === "opcua"
          ? { driver: "opcua-weighbridge", ...opcUa, scale: "s=Scale" }
          : { driver: "modbus-weighbridge", ...modbus, unit: 2 },
      ...named("camera", 6, (index) => ({ ...camera, url: `http://127.0.0.1:9/camera-${index}` })),
      ...named("reader", 3, (index) => ({ driver: "text-id-reader", line: `tcp://127.0.0.1:${10 + index}` })),
      seals: { driver: "text-seal-reader", line: "tcp://127.0.0.1:20" },
    },
    upstream: {
      url: "mqtt://127.0.0.1:9",
      trust: [{ kid: "bench", publicKeyFile: file("operations.pem", generateKeys("bench").publicKeyPem) }],
    },
  };
  const path = join(folder, "lane.yaml");
  writeFileSync(path, stringify(lane));
  return path;
}

/** A process and everything below it. */
function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").flatMap((child) => familyOf(Number(child))))];
}

function memoryOf(pid: number): ProcessMemory {
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  const name = command.includes("control-process")
    ? "control"
    : command.includes("edge-process")
      ? "edge"
      : command.includes("vision/main")
        ? "vision"
        : "supervisor";
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) * 1024;
  return { process: name, rssBytes: bytes("Rss"), pssBytes: bytes("Pss") };
}
