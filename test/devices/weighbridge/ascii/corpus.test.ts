import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { asciiRig } from "#bench/contract/rigs/weighbridge-ascii";
import { FrameSplitter } from "#devices/transport/serial/frame-splitter";
import { decodeFrame } from "#devices/weighbridge/ascii/decode";
import { loadFormat } from "#devices/weighbridge/ascii/format";
import { asciiCases } from "../../../contract/corpus/ascii.ts";

const cases = asciiCases();
const format = await loadFormat("and-18");

describe("hostile frames of text", () => {
  it("every one of them is the weight that it is, or none", () => {
    assert.ok(cases.length >= 200, `${cases.length} cases`);
    const failed: string[] = [];
    for (const { name, frame, kg } of cases) {
      const splitter = new FrameSplitter({ end: format.end, maxLength: format.length });
      const cuts = splitter.push(Buffer.from(`\r\n${frame}\r\n`, "latin1"));
      const weights = cuts.flatMap((cut) => {
        const reading = "text" in cut ? decodeFrame(format, cut.text) : undefined;
        return reading?.kind === "weight" ? [reading.grossKg] : [];
      });
      const expected = kg === undefined ? [] : [kg];
      if (JSON.stringify(weights) !== JSON.stringify(expected))
        failed.push(`${name}: ${weights} instead of ${expected}`);
    }
    assert.deepEqual(failed, []);
  });

  it("all those that are none, one after the other, give no weight and no crash, and a good frame after them does", async () => {
    const { device, recorder, simulator, plant } = await asciiRig("and-18");
    try {
      await device.start();
      await eventually("healthy", () => recorder.healthy);
      simulator.setFault({ kind: "silent" });
      await letPass(100);
      const count = recorder.of("weight").length;
      for (const { frame } of cases.filter(({ kg }) => kg === undefined)) {
        simulator.server.say(Buffer.from(`\r\n${frame}\r\n`, "latin1"));
      }
      await letPass(150);
      assert.equal(recorder.of("weight").length, count);
      simulator.setFault(undefined);
      simulator.setLoad(20_000);
      await eventually("weighed", () => recorder.of("weight").at(-1)?.sample.grossKg === 20_000);
    } finally {
      await device.stop();
      await plant.powerOff();
    }
  });
});
