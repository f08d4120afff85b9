import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { flow } from "./node-red-flow.ts";

/** What is compared with: the usual way to wire a gate without programming. */
export const NODE_RED_PACKAGES = {
  "node-red": "5.0.7",
  "node-red-contrib-modbus": "5.60.2",
} as const;

/** The Modbus nodes name a fork of modbus-serial on a private registry; the original stands in for it. */
const OVERRIDES = { "@openp4nr/modbus-serial": "npm:modbus-serial@8.0.25" };

const POLL_MS = 20;
/** Rounds before the measurement, so that what is measured is compiled and connected. */
const WARM_UP_ROUNDS = 20;
const LIMIT_MS = 30_000;

export interface NodeRedResult {
  /** From handing over the reading to the write of cmd_open arriving at the PLC, milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rounds: number;
}

/**
 * Measures Node-RED on the same reaction: a reading comes in, is looked up in a list of as many vehicles, and the boom is
 * raised over Modbus. The flow judges by one list and stores nothing; our lane runs every rule and makes decision and
 * intent durable first. Installs Node-RED into the user's cache folder, once. Rejects when npm or Node-RED fails.
 */
export async function measureNodeRed({ rounds }: { rounds: number }): Promise<NodeRedResult> {
  const folder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gatelane", "node-red");
  await install(folder);
  const plc = new GatePlcSimulator();
  await plc.start();
  const readingPort = await freePort();
  const list = Array.from({ length: rounds + WARM_UP_ROUNDS }, (_, index) => `BOX${index}`);
  const nodeRed = await launch(folder, flow({ plcPort: plc.port, readingPort, pollMs: POLL_MS, list }));
  const reader = connect(readingPort, "127.0.0.1").setNoDelay(true);
  try {
    await within("the flow polls", async () => {
      while (plc.server.requests < 5) {
        await delay(20);
      }
    });
    const times: number[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      const time = await reactionMs(plc, reader, list[round + WARM_UP_ROUNDS] ?? "");
      if (round >= 0) {
        times.push(time);
      }
    }
    return { ...percentiles(times), rounds };
  } finally {
    reader.destroy();
    await end(nodeRed);
    await plc.stop();
  }
}

async function install(folder: string): Promise<void> {
  if (await isInstalled(folder)) {
    return;
  }
  await mkdir(folder, { recursive: true });
  const manifest = { name: "peer", private: true, dependencies: NODE_RED_PACKAGES, overrides: OVERRIDES };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
  const npm = spawn("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(npm, "exit");
  if (code !== 0) {
    throw new Error(`npm install of Node-RED ended with ${code}`);
  }
}

async function isInstalled(folder: string): Promise<boolean> {
  const versions = Object.entries(NODE_RED_PACKAGES).map(async ([name, version]) => {
    const text = await readFile(join(folder, "node_modules", name, "package.json"), "utf8").catch(() => "{}");
    const manifest: { version?: unknown } = JSON.parse(text);
    return manifest.version === version;
  });
  return (await Promise.all(versions)).every(Boolean);
}

/** Starts Node-RED without editor and returns when its flow runs. */
async function launch(folder: string, nodes: object[]): Promise<ChildProcess> {
  const settings =
    "module.exports = { httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: 'info' } } };";
  await writeFile(join(folder, "settings.cjs"), settings);
  await writeFile(join(folder, "flow.json"), JSON.stringify(nodes, null, 2));
  const program = join(folder, "node_modules", "node-red", "red.js");
  const args = [program, "--userDir", folder, "--settings", join(folder, "settings.cjs"), join(folder, "flow.json")];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000);
  });
  await within("Node-RED starts its flow", async () => {
    while (!output.includes("Started flows")) {
      if (child.exitCode !== null) {
        throw new Error(`Node-RED ended with ${child.exitCode}:\n${output}`);
      }
      await delay(50);
    }
  }).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(timer);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** One vehicle: from its reading to the command, milliseconds. */
async function reactionMs(plc: GatePlcSimulator, reader: Socket, text: string): Promise<number> {
  // Anywhere between two polls.
  await delay(POLL_MS * 2 + Math.random() * POLL_MS);
  return within("Node-RED answers", async () => {
    const arrived = new Promise<number>((resolve) => {
      const leave = plc.onChange((change) => {
        if (change.type === "command" && change.command === "raise") {
          leave();
          resolve(performance.now());
        }
      });
    });
    const set = performance.now();
    reader.write(`${JSON.stringify({ text })}\n`);
    return (await arrived) - set;
  });
}

async function within<Value>(what: string, action: () => Promise<Value>): Promise<Value> {
  const ending = new AbortController();
  const limit = delay(LIMIT_MS, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`within ${LIMIT_MS} ms it did not happen that ${what}`);
  });
  try {
    return await Promise.race([action(), limit]);
  } finally {
    limit.catch(() => undefined);
    ending.abort();
  }
}

function percentiles(times: readonly number[]): { p50Ms: number; p99Ms: number } {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
