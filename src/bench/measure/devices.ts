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
import { type EdgeFigures, measureEdges } from "./devices-edge.ts";
import { type DaemonMemory, measureDaemonMemory } from "./devices-memory.ts";
import { measureOpcUa, type OpcUaLatency } from "./devices-opcua.ts";
import { type Spread, spread } from "./spread.ts";

export interface DeviceFigures {
  /** One poll of all inputs of the gate PLC, from the request to the values. */
  readonly modbusPoll: Spread;
  /** The same poll of the same simulator with libmodbus (C); null where it could not run, `libmodbusProblem` says why. */
  readonly libmodbusPoll: Spread | null;
  readonly libmodbusProblem: string | null;
  /** Our median beside that of libmodbus, 1 is equal. */
  readonly timesLibmodbus: number | null;
  /** Twelve bytes there and back on a bare socket: what no protocol can go below here. */
  readonly tcpEcho: Spread;
  /** Null where the OPC UA server cannot run; then `opcUaProblem` says why. */
  readonly opcUa: OpcUaLatency | null;
  readonly opcUaProblem: string | null;
  readonly edges: EdgeFigures;
  /** Null when it was left out. */
  readonly memory: { readonly modbus: DaemonMemory; readonly opcUa: DaemonMemory } | null;
}

export interface DeviceMeasurement {
  /** Polls and echoes. */
  readonly rounds: number;
  /** Edges of an input, quiet and again disturbed. */
  readonly edges: number;
  /** Starts real daemons to weigh them; half a minute each. */
  readonly memory: boolean;
  readonly progress: (what: string) => void;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const WARM_UP = 200;

/** Measures the device transports, each beside its peer in the same run. */
export async function measureDevices(measurement: DeviceMeasurement): Promise<DeviceFigures> {
  const { progress, edges, memory } = measurement;
  progress("polls of a gate PLC, libmodbus, and a bare echo");
  const modbus = await measureModbus(measurement.rounds);
  progress("edges of an input with twelve devices");
  const edgeFigures = await measureEdges(edges);
  progress("changes over OPC UA");
  const { opcUa, opcUaProblem } = await measureOpcUa().then(
    (figures) => ({ opcUa: figures, opcUaProblem: null }),
    (error: unknown) => ({ opcUa: null, opcUaProblem: messageOf(error) }),
  );
  if (memory) progress("memory of a daemon with twelve devices");
  const weighed = memory
    ? { modbus: await measureDaemonMemory("modbus"), opcUa: await measureDaemonMemory("opcua") }
    : null;
  return { ...modbus, opcUa, opcUaProblem, edges: edgeFigures, memory: weighed };
}

type ModbusFigures = "modbusPoll" | "libmodbusPoll" | "libmodbusProblem" | "timesLibmodbus" | "tcpEcho";

async function measureModbus(rounds: number): Promise<Pick<DeviceFigures, ModbusFigures>> {
  const peer = fork(here("./devices-peer.ts"));
  try {
    const ports = await messageOfChild<{ plc: number; echo: number }>(peer);
    const tcpEcho = await echoes(ports.echo, rounds);
    const modbusPoll = await polls(ports.plc, rounds);
    const peerPoll = libmodbus(ports.plc, rounds);
    if (typeof peerPoll === "string") {
      return { modbusPoll, libmodbusPoll: null, libmodbusProblem: peerPoll, timesLibmodbus: null, tcpEcho };
    }
    const timesLibmodbus = Math.round((modbusPoll.p50 / peerPoll.p50) * 100) / 100;
    return { modbusPoll, libmodbusPoll: peerPoll, libmodbusProblem: null, timesLibmodbus, tcpEcho };
  } finally {
    peer.disconnect();
  }
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

/** The spread of its polls, or why there are none. */
function libmodbus(port: number, rounds: number): Spread | string {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  try {
    const program = join(folder, "poll");
    const include = ["-I/usr/include/modbus", "-lmodbus"];
    const source = here("./devices-libmodbus.c");
    if (spawnSync("cc", ["-O2", "-o", program, source, ...include], { stdio: "ignore" }).status !== 0) {
      return "it cannot be compiled here; on Debian: apt-get install gcc libc6-dev libmodbus-dev";
    }
    const wanted = ["127.0.0.1", String(port), String(rounds), String(DISCRETE_INPUTS.length)];
    const { status, stdout } = spawnSync(program, wanted, { encoding: "utf8", timeout: 60_000 });
    if (status !== 0) return `its polls ended with exit code ${status}`;
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

function messageOfChild<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as Message));
    child.once("exit", (code) => reject(new Error(`a process of the measurement ended with ${code}`)));
  });
}
