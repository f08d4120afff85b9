import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { eventually, letPass } from "#bench/contract/eventually";
import { isLaneError, type LaneError } from "#contract/errors";
import { ModbusBus } from "#devices/transport/modbus/bus";
import { readDiscreteInputs, readRegisters, writeCoil, writeCoils } from "#devices/transport/modbus/requests";
import type { ServerFault } from "#devices/transport/modbus/server/faults";
import { ModbusServer } from "#devices/transport/modbus/server/server";
import { overTcp } from "#devices/transport/modbus/tcp-wire";

const TIMEOUT_MS = 120;
const oneRegister = readRegisters(4, { unit: 1, address: 7, count: 1 });

/** A bus, the device it is connected to, and what was heard of either. */
interface Rig {
  readonly server: ModbusServer;
  readonly bus: ModbusBus;
  /** Coils as they were written. */
  readonly written: [number, boolean][];
  readonly heard: { connections: number; reasons: LaneError[] };
  newBus(): ModbusBus;
}

// Each test has its own rig, so that they can wait side by side.
async function withBus(body: (rig: Rig) => Promise<void>): Promise<void> {
  const written: [number, boolean][] = [];
  const heard: Rig["heard"] = { connections: 0, reasons: [] };
  const server = new ModbusServer({
    readDiscreteInput: (address) => (address < 32 ? address % 3 === 0 : undefined),
    readInputRegister: (address) => (address < 16 ? 500 + address : undefined),
    readHoldingRegister: (address) => (address < 16 ? 900 + address : undefined),
    writeCoil: (address, on) => address < 16 && written.push([address, on]) > 0,
  });
  await server.start();
  const listener = {
    connected: () => {
      heard.connections += 1;
    },
    disconnected: (reason: LaneError) => {
      heard.reasons.push(reason);
    },
  };
  const settings = { open: overTcp(server), timeoutMs: TIMEOUT_MS };
  const newBus = () => new ModbusBus(settings, listener, () => 0);
  const bus = newBus();
  bus.start();
  try {
    await eventually("connected", () => bus.connected);
    await body({ server, bus, written, heard, newBus });
  } finally {
    await bus.stop();
    await server.stop();
  }
}

describe("Modbus bus", { concurrency: 4 }, () => {
  it("reads bits and registers and writes coils", () =>
    withBus(async ({ bus, written }) => {
      const bits = await bus.request(readDiscreteInputs({ unit: 1, address: 0, count: 10 }));
      assert.deepEqual(
        bits.flatMap((bit, index) => (bit ? [index] : [])),
        [0, 3, 6, 9],
      );
      assert.equal(bits.length, 10);
      assert.deepEqual(await bus.request(readRegisters(4, { unit: 1, address: 2, count: 2 })), [502, 503]);
      assert.deepEqual(await bus.request(readRegisters(3, { unit: 1, address: 2, count: 2 })), [902, 903]);
      await bus.request(writeCoil(1, 4, true));
      await bus.request(writeCoils(1, 5, [true, false]));
      assert.deepEqual(written, [
        [4, true],
        [5, true],
        [6, false],
      ]);
    }));

  it("sends requests one at a time and answers each with its own reply", () =>
    withBus(async ({ server, bus }) => {
      const addresses = Array.from({ length: 40 }, (_, index) => index % 16);
      const values = await Promise.all(
        addresses.map((address) => bus.request(readRegisters(4, { unit: 1, address, count: 1 }))),
      );
      assert.deepEqual(
        values.map(([value]) => value),
        addresses.map((address) => 500 + address),
      );
      const before = server.requests;
      server.setFault({ kind: "late", ms: 40 }, { times: 1 });
      const two = [bus.request(oneRegister), bus.request(oneRegister)];
      await eventually("the first arrived", () => server.requests > before);
      await letPass(20);
      assert.equal(server.requests, before + 1, "the second waits for the first");
      await Promise.all(two);
    }));

  it("B5 maps every exception code and keeps the connection", () =>
    withBus(async ({ server, bus, heard }) => {
      const names: Record<number, RegExp> = {
        1: /ILLEGAL_FUNCTION/,
        2: /ILLEGAL_DATA_ADDRESS/,
        6: /SERVER_DEVICE_BUSY/,
      };
      for (const code of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x7f]) {
        server.setFault({ kind: "exception", code }, { times: 1 });
        const error = await failure(bus.request(oneRegister));
        assert.equal(error.code, "DEVICE_EXCEPTION");
        assert.match(error.detail, names[code] ?? new RegExp(`exception ${code} `));
      }
      assert.deepEqual(await bus.request(oneRegister), [507]);
      assert.equal(heard.connections, 1);
    }));

  const poison: readonly [string, ServerFault, string, "read" | "write"][] = [
    ["silence", { kind: "silent" }, "DEVICE_TIMEOUT", "read"],
    ["F28 a late reply", { kind: "late", ms: TIMEOUT_MS * 2 }, "DEVICE_TIMEOUT", "read"],
    ["B1 a wrong protocol id", { kind: "wrong-protocol-id" }, "DEVICE_PROTOCOL", "read"],
    ["B2 length 0", { kind: "wrong-length", length: 0 }, "DEVICE_PROTOCOL", "read"],
    ["B2 length 1", { kind: "wrong-length", length: 1 }, "DEVICE_PROTOCOL", "read"],
    ["B2 length 65535", { kind: "wrong-length", length: 65_535 }, "DEVICE_PROTOCOL", "read"],
    ["B2 a length that never arrives", { kind: "wrong-length", length: 254 }, "DEVICE_TIMEOUT", "read"],
    ["B3 a lying byte count", { kind: "wrong-byte-count" }, "DEVICE_PROTOCOL", "read"],
    ["B5 another unit", { kind: "wrong-unit" }, "DEVICE_PROTOCOL", "read"],
    ["B5 another function", { kind: "wrong-function" }, "DEVICE_PROTOCOL", "read"],
    ["another transaction", { kind: "wrong-transaction" }, "DEVICE_TIMEOUT", "read"],
    ["F30 a stray byte", { kind: "stray-byte" }, "DEVICE_PROTOCOL", "read"],
    ["B6 garbage", { kind: "garbage", bytes: Buffer.alloc(100_000, 0xa5) }, "DEVICE_PROTOCOL", "read"],
    ["half a reply and a close", { kind: "half-reply" }, "DEVICE_OFFLINE", "read"],
    ["a cut connection", { kind: "drop" }, "DEVICE_OFFLINE", "read"],
    ["F29 a wrong echo", { kind: "wrong-echo" }, "DEVICE_PROTOCOL", "write"],
    ["a write without an answer", { kind: "silent" }, "DEVICE_TIMEOUT", "write"],
    ["a write during which the connection is cut", { kind: "drop" }, "DEVICE_TIMEOUT", "write"],
  ];
  for (const [name, fault, code, kind] of poison) {
    it(`gives the connection up after ${name} and recovers by itself`, () =>
      withBus(async ({ server, bus, written, heard }) => {
        server.setFault(fault, { times: 1 });
        const outcome = kind === "read" ? bus.request(oneRegister) : bus.request(writeCoil(1, 3, true));
        assert.equal((await failure(outcome)).code, code);
        await eventually("connected again", () => heard.connections === 2 && bus.connected);
        assert.equal(heard.reasons.length, 1);
        assert.deepEqual(await bus.request(oneRegister), [507]);
        assert.equal(written.length, kind === "write" ? 1 : 0, "a write is never sent twice");
      }));
  }

  it("accepts a reply that arrives byte by byte", () =>
    withBus(async ({ server, bus, heard }) => {
      server.setFault({ kind: "byte-by-byte" });
      assert.deepEqual(await bus.request(oneRegister), [507]);
      assert.equal(heard.connections, 1);
    }));

  it("rejects what waits behind a lost connection at once, and never sends it", () =>
    withBus(async ({ server, bus, written, heard }) => {
      server.setFault({ kind: "silent" }, { times: 1 });
      const first = failure(bus.request(oneRegister));
      const second = failure(bus.request(writeCoil(1, 1, true)));
      assert.equal((await first).code, "DEVICE_TIMEOUT");
      const { code, detail } = await second;
      assert.equal(code, "DEVICE_OFFLINE");
      assert.match(detail, /not sent/);
      await eventually("connected again", () => heard.connections === 2);
      await bus.request(oneRegister);
      assert.deepEqual(written, []);
    }));

  it("refuses more requests than can wait", () =>
    withBus(async ({ server, bus }) => {
      server.setFault({ kind: "late", ms: 40 }, { times: 1 });
      const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => bus.request(oneRegister)));
      const refused = outcomes.filter(({ status }) => status === "rejected");
      assert.equal(refused.length, 80 - 65);
    }));

  it("is offline while the device refuses connections, and comes back with it", () =>
    withBus(async ({ server, bus, heard }) => {
      await server.stop();
      await eventually("two attempts failed", () => heard.reasons.length >= 3);
      assert.equal((await failure(bus.request(oneRegister))).code, "DEVICE_OFFLINE");
      await server.start();
      await eventually("connected again", () => bus.connected);
      assert.deepEqual(await bus.request(oneRegister), [507]);
    }));

  it("leaves a device alone that accepts connections and never answers", () =>
    withBus(async ({ server, bus }) => {
      server.setFault({ kind: "silent" });
      const began = server.requests;
      const until = performance.now() + 1500;
      while (performance.now() < until) {
        await bus.request(oneRegister).catch(() => undefined);
        await letPass(5);
      }
      // Delays of 100, 200, 400 and 800 ms besides the timeouts: without growing they would allow seven attempts.
      assert.ok(server.requests - began <= 4, `${server.requests - began} attempts`);
    }));

  it("stops in every state, twice, and reports nothing afterwards", () =>
    withBus(async ({ server, bus, written, heard, newBus }) => {
      server.setFault({ kind: "silent" });
      const outstanding = failure(bus.request(writeCoil(1, 2, true)));
      await eventually("the request arrived", () => written.length === 1);
      await bus.stop();
      await bus.stop();
      assert.equal((await outstanding).code, "DEVICE_TIMEOUT");
      assert.deepEqual(heard.reasons, []);
      await eventually("the connection is gone", () => server.connections === 0);
      const neverStarted = newBus();
      await neverStarted.stop();
      neverStarted.start();
      await neverStarted.stop();
      assert.equal(heard.connections, 1);
    }));
});

it("takes a reply that came in time though this process was held up for longer than the timeout", async () => {
  const thread = new Worker(new URL("./server-thread.ts", import.meta.url));
  const [port] = await once(thread, "message");
  const reasons: LaneError[] = [];
  const listener = { connected: () => {}, disconnected: (reason: LaneError) => reasons.push(reason) };
  const bus = new ModbusBus({ open: overTcp({ host: "127.0.0.1", port }), timeoutMs: TIMEOUT_MS }, listener, () => 0);
  bus.start();
  try {
    await eventually("connected", () => bus.connected);
    const outcome = bus.request(oneRegister);
    // The request leaves with the next turn of the loop; then nothing runs here for a while.
    await new Promise(setImmediate);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMEOUT_MS * 3);
    assert.deepEqual(await outcome, [507]);
    assert.deepEqual(reasons, []);
  } finally {
    await bus.stop();
    await thread.terminate();
  }
});

async function failure(outcome: Promise<unknown>): Promise<LaneError> {
  try {
    await outcome;
  } catch (error) {
    assert.ok(isLaneError(error), String(error));
    return error;
  }
  return assert.fail("it succeeded");
}
