import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { GENESIS_HASH, type JournalType } from "#contract/journal";
import { type EventMessage, laneTopics } from "#contract/upstream";
import { signCheckpoint } from "#store/checkpoint";
import { entryHash } from "#store/hash";
import { type LaneKey, loadOrCreateLaneKey } from "#store/lane-key";
import { toEventMessage, topicLevels } from "#sync/event-message";
import { temporaryFolder } from "../store/support.ts";
import { SITE, startedBroker, until } from "../sync/support.ts";
import { lanectl } from "./lanectl.ts";

/** The journal of a lane as it is published, made by hand. */
class PaperLane {
  readonly messages: EventMessage[] = [];
  readonly name: string;
  readonly key: LaneKey;

  constructor(t: TestContext, name: string) {
    this.name = name;
    this.key = loadOrCreateLaneKey(temporaryFolder(t));
  }

  add(type: JournalType, data: unknown, passage: string | null = null): this {
    const seq = this.messages.length + 1;
    const prevHash = this.messages.at(-1)?.hash ?? GENESIS_HASH;
    const fields = { seq, utc: 1_760_000_000_000 + seq, monotonicMs: seq, boot: "boot", type, passage, data, prevHash };
    this.messages.push(toEventMessage(SITE, this.name, { ...fields, hash: entryHash(fields) }));
    return this;
  }

  /** Signs the head; `change` alters what is signed. */
  checkpoint(change: object = {}, key = this.key): this {
    const head = this.messages.at(-1);
    const statement = {
      site: SITE,
      lane: this.name,
      boot: "boot",
      seq: head?.seq ?? 0,
      hash: head?.hash ?? "",
      utc: 1,
    };
    return this.add("journal.checkpoint", signCheckpoint({ ...statement, ...change }, key));
  }
}

/** What lanectl ops-tail makes of these journals. */
async function tail(t: TestContext, lanes: readonly PaperLane[], ...more: string[]) {
  const broker = await startedBroker(t);
  let heard = false;
  broker.aedes?.on("subscribe", () => {
    heard = true;
  });
  const folder = temporaryFolder(t);
  const keys = lanes.flatMap(({ name, key }) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, key.publicKeyPem);
    return ["--lane-key", `${name}=${file}`];
  });
  const running = lanectl(["ops-tail", "--url", broker.url, "--site", SITE, "--idle", "1", ...keys, ...more]);
  await until(() => heard, "ops-tail listens");
  for (const { name, messages } of lanes) {
    const topics = laneTopics(SITE, name);
    for (const message of messages) {
      const topic = topics.event(topicLevels(message.type));
      const payload = Buffer.from(JSON.stringify(message));
      broker.aedes?.publish({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false }, () => undefined);
    }
  }
  return running;
}

test("checkpoints that the lane's own key has signed are good", async (t) => {
  const one = new PaperLane(t, "lane-1").add("lane.event", {}).checkpoint().add("lane.event", {}).checkpoint();
  const { code, stderr } = await tail(t, [one]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /2 signed checkpoints are good/);
});

test("T9: checkpoints of another key, another lane or another past are forged", async (t) => {
  const stranger = new PaperLane(t, "lane-9");
  const cases: readonly (readonly [(lane: PaperLane) => PaperLane, RegExp])[] = [
    [(lane) => lane.checkpoint({}, stranger.key), /checkpoint 2 of lane-1 is not signed with the key of the lane/],
    [(lane) => lane.checkpoint({ lane: "lane-9" }), /checkpoint 2 of lane-1 is of another lane/],
    [(lane) => lane.checkpoint({ hash: "f".repeat(64) }), /names another hash for entry 1: the past was rewritten/],
    [(lane) => lane.add("journal.checkpoint", { seq: 1 }), /checkpoint 2 of lane-1 is no checkpoint/],
  ];
  for (const [forge, expected] of cases) {
    const { code, stderr } = await tail(t, [forge(new PaperLane(t, "lane-1").add("lane.event", {}))]);
    assert.equal(code, 1, String(expected));
    assert.match(stderr, expected);
  }
});

test("F55: a clearance that two lanes have consumed is found where their journals meet, also over a restart", async (t) => {
  const one = new PaperLane(t, "lane-1").add("clearance.consumed", { clearance: "CL-1" }, "P000004");
  const two = new PaperLane(t, "lane-2")
    .add("clearance.consumed", { clearance: "CL-2" }, "P000001")
    .add("clearance.consumed", { clearance: "CL-1" }, "P000002");
  const expected =
    /TWICE: clearance CL-1 was consumed in lane-1 by passage P000004 \(entry 1\) and in lane-2 by passage P000002 \(entry 2\)/;
  const both = await tail(t, [one, two]);
  assert.deepEqual([both.code, expected.test(both.stderr)], [1, true], both.stderr);

  const file = join(temporaryFolder(t), "all.ndjson");
  assert.equal((await tail(t, [one], "--ndjson", file)).code, 0);
  const later = await tail(t, [two], "--ndjson", file);
  assert.deepEqual([later.code, expected.test(later.stderr)], [1, true], later.stderr);
});

test("the same entry again is no second use", async (t) => {
  const one = new PaperLane(t, "lane-1").add("clearance.consumed", { clearance: "CL-1" }, "P000004");
  const twice = new PaperLane(t, "lane-1");
  twice.messages.push(...one.messages, ...one.messages);
  const { code, stderr } = await tail(t, [twice]);
  assert.equal(code, 0, stderr);
});
