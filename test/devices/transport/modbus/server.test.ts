import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { ModbusServer } from "#devices/transport/modbus/server/server";

describe("Modbus server for simulators", () => {
  const coils = new Map<number, boolean>([[0, false], ...range(1, 9).map((n): [number, boolean] => [n, n % 2 === 1])]);
  const registers = new Map<number, number>(range(0, 10).map((n) => [n, 1000 + n]));
  let server: ModbusServer;
  let socket: Socket;
  let received: Buffer;

  beforeEach(async () => {
    server = new ModbusServer({
      readCoil: (address) => coils.get(address),
      readDiscreteInput: (address) => coils.get(address),
      readHoldingRegister: (address) => registers.get(address),
      readInputRegister: (address) => registers.get(address),
      writeCoil: (address, on) => coils.has(address) && coils.set(address, on) !== undefined,
      writeRegister: (address, value) => registers.has(address) && registers.set(address, value) !== undefined,
    });
    await server.start();
    socket = connect(server.port, server.host);
    await once(socket, "connect");
    received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
    });
  });
  afterEach(async () => {
    socket.destroy();
    await server.stop();
  });

  /** Sends a PDU to unit 1 and returns the PDU of the reply, in hexadecimal. */
  async function ask(pdu: string): Promise<string> {
    const body = Buffer.from(`01${pdu}`, "hex");
    const header = Buffer.from([0x12, 0x34, 0, 0, 0, body.length]);
    received = Buffer.alloc(0);
    socket.write(Buffer.concat([header, body]));
    const frame = await eventually("a reply", () =>
      received.length > 6 && received.length === 6 + received.readUInt16BE(4) ? received : undefined,
    );
    assert.equal(frame.readUInt16BE(0), 0x1234);
    return frame.subarray(7).toString("hex");
  }

  const exchanges: readonly [string, string, string][] = [
    ["read coils", "0100000009", "0102aa00"],
    ["read discrete inputs", "0200010003", "020105"],
    ["read holding registers", "0300000002", "030403e803e9"],
    ["read input registers", "0400090001", "040203f1"],
    ["write a coil", "050000ff00", "050000ff00"],
    ["read it back", "0100000001", "010101"],
    ["write a register", "060003abcd", "060003abcd"],
    ["write several coils", "0f000100030102", "0f00010003"],
    ["read them back", "0100010003", "010102"],
    ["write several registers", "10000000020400010002", "1000000002"],
    ["read these back", "0300000002", "030400010002"],
    ["refuse an unknown function", "2b0e0100", "ab01"],
    ["refuse an unknown address", "0400640001", "8402"],
    ["refuse a span that leaves the map", "0300090002", "8302"],
    ["refuse a count of zero", "0300000000", "8303"],
    ["refuse a count above the limit", "030000007e", "8303"],
    ["refuse a coil state that is neither on nor off", "0500001234", "8503"],
    ["refuse a request that is too short", "0300", "8303"],
  ];
  it("answers every function it knows and refuses the others by code", async () => {
    for (const [name, request, reply] of exchanges) {
      assert.equal(await ask(request), reply, name);
    }
  });

  it("answers requests that arrive together", async () => {
    const one = Buffer.from("000100000006010400050001", "hex");
    const two = Buffer.from("000200000006010400060001", "hex");
    socket.write(Buffer.concat([one, two]));
    await eventually("two replies", () => received.length === 22);
    assert.equal(received.toString("hex"), "000100000005010402" + "03ed" + "000200000005010402" + "03ee");
  });

  it("closes on a header that no Modbus client sends", async () => {
    socket.write(Buffer.from("000100010006010400050001", "hex"));
    await once(socket, "close");
    assert.equal(received.length, 0);
    await eventually("the connection is forgotten", () => server.connections === 0);
  });

  it("keeps its port when it is stopped and started again", async () => {
    const { port } = server;
    await server.stop();
    await server.stop();
    const refused = connect(port, server.host);
    await assert.rejects(once(refused, "connect"), { code: "ECONNREFUSED" });
    await server.start();
    assert.equal(server.port, port);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
