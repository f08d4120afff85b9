import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { textReaders } from "#bench/contract/families/edge";
import { type SealReaderRig, sealNumber, sealReaderRig } from "#bench/contract/rigs/readers";
import { readSealLine } from "#devices/seal-reader/text/seal-line";
import { familyTests } from "../../../contract/family-tests.ts";

const test = (name: string, body: (rig: SealReaderRig) => Promise<void>) =>
  it(name, async () => {
    const rig = await sealReaderRig();
    try {
      await rig.device.start();
      await eventually("healthy", () => rig.recorder.healthy);
      await body(rig);
    } finally {
      await rig.dispose();
    }
  });

describe("text-seal-reader", { concurrency: 3 }, () => {
  familyTests(...textReaders().filter(({ driver }) => driver === "text-seal-reader"));

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
    const crowd = Array.from({ length: 200 }, (_, n) => ({ seal: sealNumber(n), state: "sealed" as const }));
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
