import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "#contract/errors";
import { DISCRETE_INPUTS } from "#devices/gate/modbus/register-table";
import { ModbusBus } from "#devices/transport/modbus/bus";
import { readDiscreteInputs } from "#devices/transport/modbus/requests";
import { overTcp } from "#devices/transport/modbus/tcp-wire";
import { measureOpcUa, type OpcUaLatency } from "./devices-opcua.ts";

/** Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface DeviceFigures {
  /** One poll of all inputs of the gate PLC, from the request to the values. */
  readonly modbusPoll: Spread;
  /** The same poll of the same simulator with libmodbus (C); null where it is not installed. */
  readonly libmodbusPoll: Spread | null;
  /** Twelve bytes there and back on a bare socket: what no protocol can go below here. */
  readonly tcpEcho: Spread;
  /** Null where the OPC UA server cannot run; then `opcUaProblem` says why. */
  readonly opcUa: OpcUaLatency | null;
  readonly opcUaProblem: string | null;
  /** Resident memory of a process with twelve devices whose hardware is away, bytes. */
  readonly idleBytes: { readonly modbus: number; readonly opcUa: number };
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const WARM_UP = 200;

/** Measures the device transports, each beside its peer in the same run. Takes about half a minute. */
export async function measureDevices(rounds = 3000): Promise<DeviceFigures> {
  const peer = fork(here("./devices-peer.ts"));
  try {
    const ports = await messageOfChild<{ plc: number; echo: number }>(peer);
    const tcpEcho = await echoes(ports.echo, rounds);
    const modbusPoll = await polls(ports.plc, rounds);
    const libmodbusPoll = libmodbus(ports.plc, rounds);
    const { opcUa, opcUaProblem } = await measureOpcUa().then(
      (figures) => ({ opcUa: figures, opcUaProblem: null }),
      (error: unknown) => ({ opcUa: null, opcUaProblem: messageOf(error) }),
    );
    const idleBytes = { modbus: await idle("modbus"), opcUa: await idle("opcua") };
    return { modbusPoll, libmodbusPoll, tcpEcho, opcUa, opcUaProblem, idleBytes };
  } finally {
    peer.disconnect();
  }
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

async function polls(port: number, rounds: number): Promise<Spread> {
  const open = overTcp({ host: "127.0.0.1", port });
  let connected: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const listener = { connected: () => connected(), disconnected: () => undefined };
  const bus = new ModbusBus({ open, timeoutMs: 1000 }, listener, Math.random);
  bus.start();
  await ready;
  const request = readDiscreteInputs({ unit: 1, address: 0, count: DISCRETE_INPUTS.length });
  const times = await timed(rounds, () => bus.request(request));
  await bus.stop();
  return spread(times);
}

async function echoes(port: number, rounds: number): Promise<Spread> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  const bytes = Buffer.alloc(12);
  const times = await timed(rounds, () => {
    socket.write(bytes);
    return new Promise<void>((resolve) => socket.once("data", () => resolve()));
  });
  socket.destroy();
  return spread(times);
}

async function timed(rounds: number, once: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const began = performance.now();
    await once();
    if (round >= WARM_UP) times.push(performance.now() - began);
  }
  return times;
}

function libmodbus(port: number, rounds: number): Spread | null {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  try {
    const program = join(folder, "poll");
    const include = ["-I/usr/include/modbus", "-lmodbus"];
    const source = here("./devices-libmodbus.c");
    if (spawnSync("cc", ["-O2", "-o", program, source, ...include], { stdio: "ignore" }).status !== 0) return null;
    const wanted = ["127.0.0.1", String(port), String(rounds), String(DISCRETE_INPUTS.length)];
    const { status, stdout } = spawnSync(program, wanted, { encoding: "utf8", timeout: 60_000 });
    if (status !== 0) return null;
    return spread(
      stdout
        .trim()
        .split("\n")
        .map((line) => Number(line) / 1000),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function idle(family: "modbus" | "opcua"): Promise<number> {
  const child = fork(here("./devices-idle.ts"), [family], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  return (await messageOfChild<{ rssBytes: number }>(child)).rssBytes;
}

function messageOfChild<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as Message));
    child.once("exit", (code) => reject(new Error(`a process of the measurement ended with ${code}`)));
  });
}
