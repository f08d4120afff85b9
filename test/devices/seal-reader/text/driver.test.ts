import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sealReaderText } from "#devices/seal-reader/text/descriptor";
import { readSealLine } from "#devices/seal-reader/text/seal-line";
import { SealReaderSimulator } from "#devices/seal-reader/text/simulator";
import { eventually } from "../../../contract/eventually.ts";
import { type ReaderRig, readerContract } from "../../../contract/line-reader.ts";
import { Recorder } from "../../../contract/recorder.ts";

const SERIAL = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;
const LIMITS = { heartbeat: "ALIVE", silenceMs: 300, repeatMs: 400, mostPerSecond: 20, lowBatteryPercent: 20 };

const nameOf = (n: number) => `VN-${String(n).padStart(7, "0")}`;

async function build(): Promise<ReaderRig & { simulator: SealReaderSimulator }> {
  const simulator = new SealReaderSimulator({ everyMs: 20, heartbeat: LIMITS.heartbeat });
  await simulator.start();
  const recorder = new Recorder();
  const create = await sealReaderText.load();
  const device = create("seals", { line: simulator.line, ...SERIAL, ...LIMITS }, recorder);
  const sealed = (n: number) => ({ seal: nameOf(n), state: "sealed" as const, batteryPercent: 80 });
  const plant = {
    powerOn: () => simulator.start(),
    powerOff: () => simulator.stop(),
    drop: () => simulator.server.dropConnections(),
    setSilent: (silent: boolean) => simulator.setSilent(silent),
    show: (from: number, count: number) =>
      simulator.bring(...Array.from({ length: count }, (_, index) => sealed(from + index))),
    sendRaw: (bytes: Uint8Array) => simulator.sendRaw(bytes),
  };
  const seen = () => recorder.of("seal-read").map(({ seal }) => Number(seal.slice(2)));
  return { device, recorder, plant, seen, simulator };
}

const test = (name: string, body: (rig: Awaited<ReturnType<typeof build>>) => Promise<void>) =>
  it(name, async () => {
    const rig = await build();
    try {
      await rig.device.start();
      await eventually("healthy", () => rig.recorder.healthy);
      await body(rig);
    } finally {
      await rig.device.stop();
      await rig.plant.powerOff();
    }
  });

describe("text-seal-reader", { concurrency: 3 }, () => {
  readerContract("text-seal-reader", build);

  test("tells state, battery and when the seal was heard", async ({ recorder, simulator }) => {
    const heardAt = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    simulator.bring({ seal: "VN-0000001", state: "sealed", batteryPercent: 12, heardAt });
    const { seal, state, battery, ...rest } = await eventually("told", () => recorder.of("seal-read")[0]);
    assert.deepEqual([seal, state, battery, rest.heardAt], ["VN0000001", "sealed", "low", heardAt]);
  });

  test("every change is told at once, also back and forth", async ({ recorder, simulator }) => {
    const states = () => recorder.of("seal-read").map(({ state }) => state);
    for (const [count, state] of (["sealed", "opened", "sealed", "tampered", "sealed", "opened"] as const).entries()) {
      simulator.bring({ seal: "VN-0000001", state });
      await eventually(state, () => states().length > count && states().at(-1) === state);
    }
  });

  test("B33 an opened seal is told though sealed ones crowd the reader", async ({ recorder, simulator }) => {
    const crowd = Array.from({ length: 200 }, (_, n) => ({ seal: nameOf(n), state: "sealed" as const }));
    simulator.bring(...crowd);
    await eventually("crowded", () => recorder.fault === "RANGE");
    simulator.bring(...crowd, { seal: "VN-9999999", state: "opened" });
    await eventually("told", () => recorder.of("seal-read").some(({ state }) => state === "opened"));
  });
});

describe("lines of seals", () => {
  const NOW = Date.parse("2026-05-01T08:00:00Z");
  it("are read", () => {
    const expected = { kind: "seal", seal: "VN0012345", state: "opened", batteryPercent: 87 };
    const heardAt = Date.parse("2026-05-01T07:00:00.250Z");
    assert.deepEqual(readSealLine("vn-0012345;OPENED;87;2026-05-01T07:00:00.250Z", NOW), { ...expected, heardAt });
    const untold = readSealLine("ABCD;SEALED;-;2026-05-01T08:04:00Z", NOW);
    assert.ok(untold.kind === "seal" && untold.batteryPercent === undefined);
  });

  for (const line of [
    "",
    "VN0012345",
    "VN0012345;SEALED;87",
    "VN0012345;SEALED;87;2026-05-01T07:00:00Z;more",
    ";SEALED;87;2026-05-01T07:00:00Z",
    "VN1;SEALED;87;2026-05-01T07:00:00Z",
    "-----;SEALED;87;2026-05-01T07:00:00Z",
    "#####;SEALED;87;2026-05-01T07:00:00Z",
    `${"A".repeat(36)};SEALED;87;2026-05-01T07:00:00Z`,
    "VN0012345;sealed;87;2026-05-01T07:00:00Z",
    "VN0012345;;87;2026-05-01T07:00:00Z",
    "VN0012345;__proto__;87;2026-05-01T07:00:00Z",
    "VN0012345;constructor;87;2026-05-01T07:00:00Z",
    "VN0012345;SEALED;101;2026-05-01T07:00:00Z",
    "VN0012345;SEALED;-1;2026-05-01T07:00:00Z",
    "VN0012345;SEALED;;2026-05-01T07:00:00Z",
    "VN0012345;SEALED;87;2026-05-01T07:00:00+07:00",
    "VN0012345;SEALED;87;2026-13-01T07:00:00Z",
    "VN0012345;SEALED;87;2026-05-01T08:06:00Z",
    "VN0012345;SEALED;87;now",
  ]) {
    it(`refuses ${JSON.stringify(line)}`, () => assert.equal(readSealLine(line, NOW).kind, "misfit"));
  }
});
