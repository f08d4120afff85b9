import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Lateness } from "#devices/transport/common/lateness";

describe("lateness of messages", () => {
  it("counts from the quickest message, whatever the two clocks say", () => {
    const lateness = new Lateness();
    const skew = 987_654_321;
    assert.equal(lateness.observe(skew + 1000, 1030), 0);
    assert.equal(lateness.observe(skew + 2000, 2010), 0);
    assert.equal(lateness.observe(skew + 3000, 3500), 490);
  });

  it("sees a process that was held up: what waited is late, each message by its own time", () => {
    const lateness = new Lateness();
    for (let at = 0; at < 1000; at += 50) lateness.observe(at, at + 5);
    assert.deepEqual(
      [1000, 1050, 1100].map((sent) => lateness.observe(sent, 3005)),
      [2000, 1950, 1900],
    );
  });

  it("follows clocks that run at slightly different speeds", () => {
    const lateness = new Lateness();
    let last = 0;
    for (let at = 0; at < 3 * 3_600_000; at += 1000) last = lateness.observe(at * (1 - 50e-6), at);
    assert.ok(last < 40, `${last} ms after three hours at 50 ppm`);
  });
});
