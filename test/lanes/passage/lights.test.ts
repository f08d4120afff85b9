import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../builders.ts";
import { Lane } from "../harness.ts";
import { arrives, boomRises, standsOnScale } from "../vehicle.ts";

type Light = "entry-light" | "exit-light";

/** Commands to one light so far, as colours. */
const told = (lane: Lane, light: Light) =>
  lane.commands.flatMap(({ command }) => (command.type === light && "colour" in command ? [command.colour] : []));

/** The last command to this light was not taken, as far as anybody knows. */
const missed = (lane: Lane, light: Light) => {
  const last = lane.commands.findLast(({ command }) => command.type === light);
  assert.ok(last);
  return lane.post({ type: "command-outcome", commandId: last.commandId, ok: false, detail: "no answer in time" });
};

describe("a light that missed its command", () => {
  test("is told again, so that nobody waits for ever before a red light", () => {
    const lane = new Lane().ready();
    const before = told(lane, "entry-light").length;
    assert.equal(told(lane, "entry-light").at(-1), "green");
    missed(lane, "entry-light").wait(2999);
    assert.equal(told(lane, "entry-light").length, before);
    lane.wait(1);
    assert.deepEqual(told(lane, "entry-light").slice(before), ["green"]);
    lane.wait(60_000);
    assert.equal(told(lane, "entry-light").length, before + 1, "once for each miss");
  });

  test("is told green only while that is true", () => {
    const lane = boomRises(standsOnScale(new Lane({ clearances: [cached()] }).ready()));
    const before = told(lane, "exit-light").length;
    missed(lane, "exit-light").gate({ boomOpen: false }).wait(10_000);
    assert.equal(told(lane, "exit-light").length, before);
    lane.gate({ boomOpen: true }).wait(3000);
    assert.equal(told(lane, "exit-light").at(-1), "green");
    assert.equal(told(lane, "exit-light").length, before + 1);
  });

  test("is told red behind the vehicle that is in the lane, also after its passage has ended", () => {
    const lane = arrives(new Lane().ready());
    const before = told(lane, "entry-light").length;
    missed(lane, "entry-light").gate({ loopArrival: false }).wait(2999);
    assert.equal(told(lane, "entry-light").length, before);
    lane.wait(5000);
    assert.deepEqual(told(lane, "entry-light").slice(before), ["red", "green"]);
  });

  test("leaves a boom command alone: that is never repeated", () => {
    const lane = standsOnScale(new Lane({ clearances: [cached()] }).ready());
    const raise = lane.commands.findLast(({ command }) => command.type === "raise-boom");
    assert.ok(raise);
    const lights = lane.commands.length;
    lane.post({ type: "command-outcome", commandId: raise.commandId, ok: false, detail: "no answer" }).wait(5000);
    assert.equal(lane.commands.length, lights);
    assert.deepEqual(lane.booms, ["raise-boom"]);
  });
});
