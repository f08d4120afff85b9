import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffMs } from "#devices/transport/common/backoff";

describe("back-off", () => {
  it("doubles from 100 ms and stays at 5 s", () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 1_000_000].map((failures) => backoffMs(failures, 0));
    assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  it("adds up to a quarter at random", () => {
    assert.equal(backoffMs(0, 1), 125);
    assert.equal(backoffMs(9, 0.5), 5625);
  });
});
