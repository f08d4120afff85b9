import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { asciiWeighbridges } from "#bench/contract/families/edge";
import { Recorder } from "#bench/contract/recorder";
import { type AsciiRig, asciiRig } from "#bench/contract/rigs/weighbridge-ascii";
import { isLaneError } from "#contract/errors";
import { weighbridgeAscii } from "#devices/weighbridge/ascii/descriptor";
import { familyTests } from "../../../contract/family-tests.ts";

const families = await asciiWeighbridges();
describe("ascii-weighbridge, every format", { concurrency: families.length }, () => familyTests(...families));

const test = (name: string, body: (rig: AsciiRig) => Promise<void>) =>
  it(name, async () => {
    const rig = await asciiRig("and-18");
    try {
      await rig.device.start();
      await eventually("healthy", () => rig.recorder.healthy);
      await body(rig);
    } finally {
      await rig.device.stop();
      await rig.plant.powerOff();
    }
  });

describe("ascii-weighbridge", { concurrency: true }, () => {
  for (const [name, text] of [
    ["pounds", { kilograms: false }],
    ["a net weight", { gross: false }],
    ["dashes", { weight: "-------" }],
    ["blanks", { weight: " " }],
    ["OL", { weight: "OL" }],
    ["a thousands separator", { weight: "1,234.5" }],
    ["an exponent", { weight: "12E5" }],
  ] as const) {
    test(`B7 B8 ${name} is a fault and no number`, async ({ recorder, simulator }) => {
      simulator.forceText(text);
      await eventually("fault RANGE", () => recorder.fault === "RANGE");
      await letPass(60);
      assert.ok(recorder.of("weight").every(({ sample }) => sample.grossKg === 0));
      simulator.forceText({});
      await eventually("healthy again", () => recorder.healthy);
    });
  }

  test("takes frames that arrive byte by byte", async ({ recorder, simulator }) => {
    simulator.setFault({ kind: "byte-by-byte" });
    simulator.setLoad(12_340);
    await eventually("weighed", () => recorder.of("weight").at(-1)?.sample.grossKg === 12_340);
    assert.equal(recorder.of("health").length, 1);
  });

  for (const fault of [{ kind: "cut", characters: 2 } as const, { kind: "flipped", bit: 7 } as const]) {
    test(`B40 raises PROTOCOL on frames that are ${fault.kind}, and posts no number`, async ({
      recorder,
      simulator,
    }) => {
      simulator.setLoad(30_000);
      simulator.setFault(fault);
      await letPass(50);
      const count = recorder.of("weight").length;
      await eventually("fault PROTOCOL", () => recorder.fault === "PROTOCOL");
      assert.equal(recorder.of("weight").length, count);
      simulator.setFault(undefined);
      await eventually("weighed", () => recorder.of("weight").at(-1)?.sample.grossKg === 30_000);
    });
  }

  test("B40 survives a storm of 0xFF, then works again", async ({ recorder, simulator }) => {
    simulator.setFault({ kind: "garbage", bytes: Buffer.alloc(10_000, 0xff) });
    await eventually("fault PROTOCOL", () => recorder.fault === "PROTOCOL");
    simulator.setFault(undefined);
    await eventually("healthy again", () => recorder.healthy);
  });

  test("takes no more samples than asked for, however many frames there are", async ({ recorder, simulator }) => {
    simulator.setFault({ kind: "garbage", bytes: Buffer.from("ST,GS,+0032480kg\r\n".repeat(50)) });
    await eventually("flooded", () => recorder.of("weight").length >= 20);
    const times = recorder.of("weight").map(({ sample }) => sample.at);
    assert.ok(times.slice(1).every((at, index) => at - (times[index] ?? 0) >= 20));
  });

  it("never takes frames that a device server kept while nobody listened", async () => {
    const old = Buffer.from("ST,GS,+0032480kg\r\n".repeat(2000));
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      socket.write(old);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address !== null && typeof address !== "string");
    const talking = setInterval(() => {
      for (const socket of sockets) socket.write("ST,GS,+0000000kg\r\n");
    }, 20);
    const recorder = new Recorder();
    const create = await weighbridgeAscii.load();
    const serial = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;
    const options = { ...serial, format: "and-18", sampleMs: 20, silenceMs: 300, capacityKg: 80_000 };
    const device = create("scale", { line: `tcp://127.0.0.1:${address.port}`, ...options }, recorder);
    try {
      await device.start();
      await eventually("ten samples", () => recorder.of("weight").length >= 10);
      assert.ok(recorder.of("weight").every(({ sample }) => sample.grossKg === 0));
    } finally {
      clearInterval(talking);
      await device.stop();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it("refuses to start without its format", async () => {
    const create = await weighbridgeAscii.load();
    const serial = { line: "/dev/null", baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;
    const options = { ...serial, format: "no-such", sampleMs: 20, silenceMs: 300, capacityKg: 80_000 };
    const device = create("scale", options, new Recorder());
    await assert.rejects(device.start(), (error) => isLaneError(error, "CONFIG_INVALID"));
    await device.stop();
  });
});
