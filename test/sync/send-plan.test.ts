import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pace } from "#sync/pace";
import { SendPlan } from "#sync/send-plan";

test("the backlog goes on beside the live stream, and nothing is sent twice or left out", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("append" as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ do: fc.constantFrom("live", "backlog", "defer", "acknowledge") }),
  );
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.nat(20), fc.nat(30), fc.array(step, { size: "max", maxLength: 300 }), (acked, behind, steps) => {
      const plan = new SendPlan();
      let head = acked + behind;
      plan.restart(acked, head);
      const sent = new Set<number>();
      const send = (seq: number) => {
        assert.ok(!sent.has(seq) && seq > acked && seq <= head, `entry ${seq}`);
        sent.add(seq);
      };
      for (const one of [...steps, ...Array.from({ length: 400 }, () => ({ do: "drain" as const }))]) {
        if (one.do === "append") head += one.count;
        else if (one.do === "defer") plan.defer(head);
        else if (one.do === "acknowledge") {
          while (sent.has(plan.acked + 1)) plan.acknowledge(plan.acked + 1);
        }
        if ((one.do === "live" || one.do === "drain") && plan.live <= head) {
          if (plan.backlog !== undefined) reached.add("live beside backlog");
          send(plan.live);
          plan.sentLive(plan.live);
        }
        if ((one.do === "backlog" || one.do === "drain") && plan.backlog !== undefined) {
          send(plan.backlog.from);
          plan.sentBacklog(plan.backlog.from);
        }
        const open = [...sent].filter((seq) => seq > plan.acked).length;
        assert.equal(plan.unacknowledged, open);
        if (plan.backlogLength > 0 && plan.unacknowledged > 0) reached.add("backlog behind something sent");
      }
      if (plan.live > head && plan.backlog === undefined) {
        reached.add("all sent");
        assert.equal(sent.size, head - acked);
      }
    }),
  );
  assert.deepEqual([...reached].sort(), ["all sent", "backlog behind something sent", "live beside backlog"]);
});

test("what was sent and not acknowledged can be sent again, and an acknowledgement may jump ahead", () => {
  const plan = new SendPlan();
  plan.restart(0, 10);
  for (let seq = 1; seq <= 4; seq++) plan.sentBacklog(seq);
  plan.sentLive(11);
  assert.deepEqual([plan.backlog?.from, plan.live, plan.unacknowledged], [5, 12, 5]);
  assert.equal(plan.acknowledge(2), true);
  assert.equal(plan.acknowledge(2), false);
  plan.repeat();
  assert.deepEqual([plan.backlog, plan.live], [{ from: 3, to: 11 }, 12]);
  assert.equal(plan.acknowledge(20), true, "operations had more than we remember");
  assert.deepEqual([plan.backlog, plan.live, plan.unacknowledged], [undefined, 21, 0]);
});

test("a slow line has less of the backlog under way, a fast one all of it", () => {
  const pace = new Pace(24);
  for (let n = 0; n < 100; n++) pace.acknowledged(600);
  assert.equal(pace.limit, 24, "a long way is not a slow line");
  for (let n = 0; n < 300; n++) pace.acknowledged(5_000);
  assert.equal(pace.limit, 1);
  for (let n = 0; n < 30; n++) pace.acknowledged(620);
  assert.equal(pace.limit, 24);
  pace.acknowledged(1_500);
  assert.equal(pace.limit, 12);
  for (let n = 0; n < 12; n++) pace.acknowledged(1_500);
  assert.equal(pace.limit, 12, "what was under way at the reduction does not count again");
});
