import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import type { Broker } from "#bench/operations/broker";
import { laneTopics } from "#contract/upstream";
import { type LaneKey, loadOrCreateLaneKey } from "#store/lane-key";
import { OwnUses } from "#store/own-uses";
import { OwnLetters } from "#sync/lan-bus/own-letters";
import { SiteLetters } from "#sync/lan-bus/site-letters";
import { Rejections } from "#sync/rejections";
import { commit, draft, temporaryFolder } from "../../store/support.ts";
import { BareLane, clock, SITE, silent, startedBroker, until } from "../support.ts";

interface Party {
  readonly lane: BareLane;
  readonly name: string;
  readonly key: LaneKey;
}

/** A lane on operations' broker that hears one neighbour by way of it. */
function party(t: TestContext, broker: Broker, name: string, neighbour: { lane: string; key: LaneKey }, key: LaneKey) {
  let lane: BareLane | undefined;
  const onMessage = (message: BareLane["messages"][number]) => void lane?.messages.push(message);
  const openUses = () => OwnUses.open(lane?.path ?? "");
  const letters = new OwnLetters({ site: SITE, lane: name, key, openUses, log: silent });
  const site = new SiteLetters({
    site: SITE,
    lane: name,
    neighbours: [neighbour],
    letters,
    knownThrough: () => new Map(),
    rejections: new Rejections(clock, onMessage),
    onMessage,
  });
  lane = new BareLane(t, broker.url, { lane: name, clientId: `gatelane-${SITE}-${name}`, letters: site });
  t.after(() => letters.close());
  return { lane, name, key };
}

function use({ lane }: Party, clearance: string): void {
  const { head } = commit(lane.store, { drafts: [draft({ clearance }, "clearance.consumed", "P000001")] });
  lane.uplink.headAdvanced(head.seq);
}

const heard = ({ lane }: Party) =>
  lane.of("neighbour-uses").flatMap(({ lane: from, uses }) => uses.map((one) => `${from} ${one.clearance} ${one.use}`));

async function site(t: TestContext) {
  const broker = await startedBroker(t);
  const [keyOne, keyTwo] = [loadOrCreateLaneKey(temporaryFolder(t)), loadOrCreateLaneKey(temporaryFolder(t))];
  const one = party(t, broker, "lane-1", { lane: "lane-2", key: keyTwo }, keyOne);
  const two = party(t, broker, "lane-2", { lane: "lane-1", key: keyOne }, keyTwo);
  assert.notEqual(dirname(one.lane.path), dirname(two.lane.path));
  return { broker, one, two };
}

test("F55: lanes that cannot reach each other hear by way of operations' broker what the other has used", async (t) => {
  const { one, two } = await site(t);
  one.lane.uplink.start();
  two.lane.uplink.start();
  await until(() => [one, two].every(({ lane }) => lane.of("link").some(({ up }) => up)), "both are connected");
  use(one, "CL-1");
  use(two, "CL-2");
  await until(() => heard(two).length >= 1 && heard(one).length >= 1, "both hear");
  assert.deepEqual(
    [new Set(heard(one)), new Set(heard(two))],
    [new Set(["lane-2 CL-2 consumed"]), new Set(["lane-1 CL-1 consumed"])],
  );
});

test("F55: what both used while they were cut off from everything is heard when the network is back", async (t) => {
  const { one, two } = await site(t);
  use(one, "CL-7");
  use(two, "CL-7");
  // The first to come back tells it before the other has ever been there to listen: it is told again at a connection.
  one.lane.uplink.start();
  await until(() => one.lane.of("link").some(({ up }) => up), "the first is connected");
  two.lane.uplink.start();
  await until(() => heard(one).length >= 1, "the first hears of the second");
  await one.lane.uplink.stop();
  one.lane.uplink.start();
  await until(() => heard(two).length >= 1, "the second hears of the first");
  assert.equal(heard(one)[0], "lane-2 CL-7 consumed");
  assert.equal(heard(two)[0], "lane-1 CL-7 consumed");
});

test("a letter that the neighbour has not signed is refused and reported", async (t) => {
  const { broker, one, two } = await site(t);
  one.lane.uplink.start();
  await until(() => one.lane.of("link").some(({ up }) => up), "connected");
  const topic = laneTopics(SITE, "lane-2").uses;
  for (const payload of ["junk", "{}", JSON.stringify({ payload: "e30", protected: "e30", signature: "AAAA" })]) {
    broker.aedes?.publish(
      { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
      () => undefined,
    );
  }
  await until(() => one.lane.of("rejected").length === 3, "all reported");
  assert.ok(one.lane.of("rejected").every(({ source }) => source === "neighbour lane-2"));
  assert.deepEqual([heard(one), heard(two)], [[], []]);
});
