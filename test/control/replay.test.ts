import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { JournalEntry } from "#contract/journal";
import { type JournalSource, replay } from "#control/replay/replay";
import { canonicalHash } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import {
  CONTAINER,
  cached,
  containerReading,
  EPOCH,
  GROSS_KG,
  OTHER_TRACTOR,
  plateReading,
  policyWith,
  TRACTOR,
} from "../lanes/builders.ts";
import { backsOut, boomFalls, boomRises, drivesOut, drivesUnder, isJudged, standsOnScale } from "../lanes/vehicle.ts";
import { RecordedLane } from "./recorded-lane.ts";

/** Three vehicles and a restart: one passes, one is held for its weight, one is held for its plate. */
function threeVehicles(options?: ConstructorParameters<typeof RecordedLane>[1]): RecordedLane {
  const recorded = new RecordedLane(
    { clearances: [cached(), cached({ id: "CL-3", declarationNo: "308044809990" })] },
    options,
  );
  const { lane } = recorded;
  boomFalls(drivesOut(drivesUnder(boomRises(standsOnScale(lane.ready())))));
  lane.world.grossKg = GROSS_KG + 700;
  backsOut(isJudged(lane));
  lane.restart().link(true).scale("empty").gate({});
  lane.world.grossKg = GROSS_KG;
  lane.world.pictures = { front: [[plateReading(OTHER_TRACTOR)]], side: [[containerReading(CONTAINER)]] };
  backsOut(isJudged(lane));
  return recorded;
}

const recorded = threeVehicles();
const reader = JournalReader.open(recorded.close());
after(() => {
  reader.close();
  recorded.remove();
});

const all = reader.range(1, 10_000);
/** The journal with rows changed, taken out or put in. */
const altered = (change: (entries: JournalEntry[]) => JournalEntry[]): JournalSource => {
  const entries = change(structuredClone(all)).map((entry, at) => ({ ...entry, seq: at + 1 }));
  return { range: (from, limit) => entries.filter(({ seq }) => seq >= from).slice(0, limit) };
};
const decisionAt = all.findIndex(({ type }) => type === "decision.made");
const weightAt = all.findIndex(({ type }) => type === "scale.weighed");

describe("a replay", () => {
  test("gives every record again, byte for byte, over a restart", () => {
    const report = replay(reader, {});
    assert.deepEqual(report.differences, []);
    assert.equal(report.passages, 3);
    assert.ok(report.decisions >= 3 && report.events > 50, JSON.stringify(report));
    assert.equal(report.to, all.length);
  });

  test("of one passage begins at the start before it", () => {
    const report = replay(reader, { passage: "P000003" });
    assert.deepEqual(report.differences, []);
    assert.equal(report.passages, 1);
    assert.equal(report.from, all.findLast(({ type }) => type === "lane.started")?.seq);
  });

  test("since a time leaves out what was before", () => {
    const opened = all.filter(({ type }) => type === "passage.opened").map(({ utc }) => utc);
    assert.equal(replay(reader, { since: opened[1] ?? 0 }).passages, 2);
  });

  test("of nothing is refused", () => {
    assert.throws(() => replay(reader, { passage: "P000099" }), /there is no passage P000099/);
    assert.throws(() => replay(reader, { since: EPOCH * 2 }), /nothing was recorded/);
    assert.throws(
      () =>
        replay(
          altered(() => []),
          {},
        ),
      /nothing was recorded/,
    );
  });

  test("notices a decision that was altered", () => {
    const journal = altered((entries) =>
      entries.map((entry, at) =>
        at === decisionAt ? { ...entry, data: { ...(entry.data as object), verdict: "HOLD" } } : entry,
      ),
    );
    const [only, ...more] = replay(journal, {}).differences;
    assert.equal(only?.type, "decision.made");
    assert.match(only.journal ?? "", /"verdict":"HOLD"/);
    assert.match(only.replayed ?? "", /"verdict":"PASS"/);
    assert.deepEqual(more, []);
  });

  test("notices an input that was altered", () => {
    const journal = altered((entries) =>
      entries.map((entry, at) => {
        if (at !== weightAt) return entry;
        const data = entry.data as { event: object };
        return { ...entry, data: { event: { ...data.event, grossKg: 60_000 } } };
      }),
    );
    assert.ok(replay(journal, {}).differences.some(({ type }) => type === "decision.made"));
  });

  test("notices a row that was taken out, and one that was put in", () => {
    assert.ok(
      replay(
        altered((entries) => entries.toSpliced(decisionAt, 1)),
        {},
      ).differences.length > 0,
    );
    const invented = altered((entries) =>
      entries.toSpliced(weightAt, 0, { ...all[decisionAt], data: { verdict: "PASS" } } as JournalEntry),
    );
    assert.match(replay(invented, {}).differences[0]?.what ?? "", /a row that the replay does not give/);
  });

  test("notices a state at a start that the events before do not give", () => {
    const restart = all.findLastIndex(({ type }) => type === "lane.started");
    const journal = altered((entries) =>
      entries.map((entry, at) => {
        if (at !== restart) return entry;
        const data = entry.data as { state: object };
        return { ...entry, data: { ...data, state: { ...data.state, passageCount: 1 } } };
      }),
    );
    assert.match(replay(journal, {}).differences[0]?.what ?? "", /state at this start/);
  });

  test("notices a policy that is not the one of its hash", () => {
    const journal = altered((entries) =>
      entries.map((entry) => {
        if (entry.type !== "lane.started") return entry;
        return { ...entry, data: { ...(entry.data as object), policy: policyWith({ weight: { toleranceKg: 9000 } }) } };
      }),
    );
    assert.match(replay(journal, {}).differences[0]?.what ?? "", /not the one of its hash/);
  });

  test("leaves rows from outside alone", () => {
    const rejected = { ...all[weightAt], type: "security.rejected", data: { source: "x" } } as JournalEntry;
    assert.deepEqual(
      replay(
        altered((entries) => entries.toSpliced(weightAt, 0, rejected)),
        {},
      ).differences,
      [],
    );
  });
});

describe("a replay under another policy", () => {
  const changes = (other: ReturnType<typeof policyWith>, passage?: string) =>
    (replay(reader, { other, ...(passage === undefined ? {} : { passage }) }).changes ?? []).map(
      ({ passage: id, was, would }) => `${id} ${was.verdict} ${was.reason} -> ${would.verdict} ${would.reason}`,
    );

  test("that is the same changes nothing", () => assert.deepEqual(changes(policyWith()), []));

  test("names the vehicles whose verdict would change", () => {
    assert.deepEqual(changes(policyWith({ weight: { toleranceKg: 1000 } })), ["P000002 HOLD WEIGHT -> PASS CLEARED"]);
    assert.deepEqual(changes(policyWith({ outcomes: { exact: "PROPOSE_TO_OFFICER" } })), [
      "P000001 PASS CLEARED -> HOLD OFFICER_DECIDES",
    ]);
    assert.deepEqual(changes(policyWith({ identity: { minReadConfidence: 0.99 } })), [
      "P000001 PASS CLEARED -> HOLD NO_CONTAINER",
    ]);
  });

  test("names what was on the vehicle", () => {
    const [change] = replay(reader, { other: policyWith({ weight: { toleranceKg: 1000 } }) }).changes ?? [];
    assert.deepEqual([change?.container, change?.plate], [CONTAINER, TRACTOR]);
  });

  test("asks about one passage only", () => {
    assert.deepEqual(changes(policyWith({ weight: { toleranceKg: 1000 } }), "P000001"), []);
  });
});

test("a shadow policy journals where it differs, and the replay is not disturbed by it", () => {
  const policy = policyWith({ weight: { toleranceKg: 1000 } });
  const shadow = { policy, policyHash: canonicalHash(policy) };
  const shadowed = threeVehicles({ shadow });
  const journal = JournalReader.open(shadowed.close());
  const rows = journal.range(1, 10_000).flatMap(({ passage, data }) => {
    const found = (data as { shadow?: { would: { verdict: string }; live: { reason: string }; policyHash: string } })
      .shadow;
    return found === undefined ? [] : [`${passage} ${found.live.reason} ${found.would.verdict} ${found.policyHash}`];
  });
  assert.deepEqual(rows, [`P000002 WEIGHT PASS ${shadow.policyHash}`]);
  assert.equal(journal.range(1, 10_000).filter(({ type }) => type === "decision.shadow").length, 1);
  assert.deepEqual(replay(journal, {}).differences, []);
  assert.equal(shadowed.lane.booms.filter((boom) => boom === "raise-boom").length, 1, "it moves nothing");
  journal.close();
  shadowed.remove();
});
