import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { isLaneError, LaneError } from "#contract/errors";
import type { ModbusConnection } from "#devices/transport/modbus/connection";
import { readRegisters } from "#devices/transport/modbus/requests";
import { overRtu } from "#devices/transport/modbus/rtu/wire";
import { overTcp } from "#devices/transport/modbus/tcp-wire";
import { FUNCTION_CODE, type ModbusCase, rtuCases, tcpCases, UNIT, VALUE } from "../../../contract/corpus/modbus.ts";

const TIMEOUT_MS = 250;
/** Transaction id of the first request that the library sends on a connection. */
const FIRST_TRANSACTION = 1;
const request = readRegisters(FUNCTION_CODE, { unit: UNIT, address: 0, count: VALUE.length });

type Open = (port: number) => Promise<ModbusConnection>;

/** A device that answers whatever it is asked with these bytes. Returns what came of one request. */
async function outcomeOf(open: Open, bytes: Buffer): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("data", () => socket.write(bytes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address !== "string");
  const connection = await open(address.port);
  try {
    const value = await connection.request(request, TIMEOUT_MS);
    // What comes with the answer in one piece is seen before the answer is given; the rest ends the connection.
    return connection.open ? JSON.stringify(value) : "DEVICE_PROTOCOL";
  } catch (error) {
    assert.ok(isLaneError(error), String(error));
    return error.code;
  } finally {
    connection.close(new LaneError("DEVICE_OFFLINE", "over"));
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const CODES: Record<ModbusCase["outcome"], string> = {
  value: JSON.stringify(VALUE),
  exception: "DEVICE_EXCEPTION",
  refused: "DEVICE_PROTOCOL",
  waits: "DEVICE_TIMEOUT",
};

async function failures(open: Open, cases: readonly ModbusCase[]): Promise<string[]> {
  const failed: string[] = [];
  const queue = cases.values();
  const work = async () => {
    for (const { name, bytes, outcome } of queue) {
      const got = await outcomeOf(open, bytes);
      if (got !== CODES[outcome]) failed.push(`${name}: ${got} instead of ${CODES[outcome]}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return failed;
}

const never = new AbortController().signal;
const LINE = { baudRate: 115_200, dataBits: 8, parity: "none", stopBits: 1 } as const;

describe("hostile Modbus replies", () => {
  it("over TCP: every one of them is taken for what it is", async () => {
    const cases = tcpCases(FIRST_TRANSACTION);
    assert.ok(cases.length >= 200, `${cases.length} cases`);
    assert.deepEqual(await failures((port) => overTcp({ host: "127.0.0.1", port })(never), cases), []);
  });

  it("over RTU: every one of them is taken for what it is", async () => {
    const cases = rtuCases();
    assert.ok(cases.length >= 200, `${cases.length} cases`);
    const open: Open = (port) => overRtu({ line: `tcp://127.0.0.1:${port}`, ...LINE })(never);
    assert.deepEqual(await failures(open, cases), []);
  });
});
