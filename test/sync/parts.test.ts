import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "#sync/backoff";
import { LatestValues } from "#sync/latest";
import { ProtocolChoice } from "#sync/protocol-version";
import { Receipts } from "#sync/receipts";

test("waits double up to their limit, are spread, and start again after a reset", () => {
  const backoff = new Backoff({ minMs: 100, maxMs: 1_600 });
  const waits = (count: number) => Array.from({ length: count }, () => backoff.next());
  for (const [index, wait] of waits(40).entries()) {
    assert.ok(wait >= 100 && wait <= Math.min(1_600, 100 * 2 ** (index + 1)), `wait ${index}: ${wait}`);
  }
  const late = waits(200);
  assert.ok(Math.max(...late) > 1_200 && Math.min(...late) < 500, "spread over the whole range");
  backoff.reset();
  assert.ok(backoff.next() <= 200);
});

test("of a retained topic one value is on its way, and the newest follows", () => {
  const sent: string[] = [];
  const acks: (() => void)[] = [];
  const latest = new LatestValues();
  const send = (topic: string, payload: string, onAcked: () => void) => {
    sent.push(`${topic} ${payload}`);
    acks.push(onAcked);
  };
  latest.set("health", "1");
  latest.connected(send);
  for (const value of ["2", "3", "4"]) latest.set("health", value);
  latest.set("snapshot", "a");
  assert.deepEqual(sent, ["health 1", "snapshot a"]);
  acks[0]?.();
  assert.deepEqual(sent, ["health 1", "snapshot a", "health 4"]);
  acks[2]?.();
  assert.equal(sent.length, 3, "nothing new, nothing sent");
  latest.disconnected();
  latest.set("health", "5");
  assert.equal(sent.length, 3);
  latest.connected(send);
  assert.deepEqual(sent.slice(3), ["health 5", "snapshot a"]);
  acks[1]?.();
  assert.equal(sent.length, 5, "an acknowledgement from the connection before means nothing");
});

test("the newer protocol is tried first; what a broker accepted is kept until it is refused", () => {
  const choice = new ProtocolChoice();
  assert.equal(choice.version, 5);
  choice.refused();
  assert.equal(choice.version, 4);
  assert.equal(choice.accepted(), true, "news");
  assert.equal(choice.accepted(), false, "no news");
  choice.unanswered();
  assert.equal(choice.version, 4, "a broker that hangs up once has not unlearned what it spoke");
  choice.refused();
  assert.equal(choice.version, 5, "another broker stands there now");
  choice.unanswered();
  assert.equal(choice.version, 4);
  choice.unanswered();
  assert.equal(choice.version, 5);
});

test("of receipts in a row the first goes on at once, and of the rest the last, which says all", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const handed: number[] = [];
  const receipts = new Receipts({ everyMs: 50, hand: ({ seq }) => handed.push(seq) });
  const take = (...seqs: number[]) => {
    for (const seq of seqs) receipts.take({ type: "ack", boot: "boot", seq, hash: "", at: 0 });
  };
  take(1, 2, 3);
  assert.deepEqual(handed, [1]);
  t.mock.timers.tick(50);
  assert.deepEqual(handed, [1, 3]);
  take(4);
  t.mock.timers.tick(50);
  assert.deepEqual(handed, [1, 3, 4]);
  t.mock.timers.tick(1_000);
  take(5, 6);
  receipts.stop();
  assert.deepEqual(handed, [1, 3, 4, 5, 6], "a stop loses none");
  t.mock.timers.tick(1_000);
  assert.equal(handed.length, 5);
  take(7);
  assert.equal(handed.at(-1), 7, "and may be followed by another start");
});
