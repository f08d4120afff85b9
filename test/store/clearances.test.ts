import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clearance } from "#contract/clearance";
import { InvariantError, isLaneError } from "#contract/errors";
import type { ClearanceUse } from "#store/batch";
import { clearance, commit, databasePath, openStore } from "./support.ts";

type Opened = ReturnType<typeof openStore>;

function replace({ store }: Opened, version: number, records: Clearance[]) {
  return commit(store, { clearances: { replace: { version, records, receivedAtUtc: 1_000 + version } } });
}

function change({ store }: Opened, version: number, upsert: Clearance[], remove: string[] = []) {
  return commit(store, { clearances: { delta: { version, upsert, remove, receivedAtUtc: 1_000 + version } } });
}

function use({ store }: Opened, ...consumption: ClearanceUse[]) {
  return commit(store, { clearances: { consumption } });
}

/** What a start of the daemon would find now. */
function reopened(path: string, before: Opened): Opened {
  before.store.close();
  return openStore(path);
}

const ids = (opened: Opened) => opened.opened.clearances.map(({ clearance: { id } }) => id);

test("a list replaces the one before and survives a restart, with its version and time", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  assert.deepEqual([lane.opened.clearanceVersion, lane.opened.clearanceReceivedAt], [0, null]);
  replace(lane, 3, [clearance("A"), clearance("B")]);
  replace(lane, 4, [clearance("B"), clearance("C")]);
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), ["B", "C"]);
  assert.deepEqual(lane.opened.clearances[0], { clearance: clearance("B"), consumption: "none" });
  assert.deepEqual([lane.opened.clearanceVersion, lane.opened.clearanceReceivedAt], [4, 1_004]);
  replace(lane, 5, []);
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), []);
  lane.store.close();
});

test("T7: an older or repeated list, and changes that leave a gap, are refused whole", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  replace(lane, 5, [clearance("A")]);
  for (const attempt of [
    () => replace(lane, 4, []),
    () => replace(lane, 5, []),
    () => change(lane, 5, [clearance("B")]),
    () => change(lane, 7, [clearance("B")]),
  ]) {
    assert.throws(attempt, (error) => isLaneError(error, "MESSAGE_REFUSED"));
  }
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), ["A"]);
  assert.equal(lane.opened.clearanceVersion, 5);
  lane.store.close();
});

test("changes add, replace and remove", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  replace(lane, 1, [clearance("A"), clearance("B")]);
  change(lane, 2, [clearance("C"), clearance("B", 2, "12C99999")], ["A", "never-seen"]);
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), ["B", "C"]);
  assert.equal(lane.opened.clearances[0]?.clearance.vehicle.tractorPlate, "12C99999");
  lane.store.close();
});

test("T6: a used clearance stays used when its record leaves the list and comes back", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  replace(lane, 1, [clearance("A"), clearance("B")]);
  use(lane, { id: "A", consumption: "reserved", passage: "P1" });
  use(lane, { id: "A", consumption: "consumed", passage: "P1" }, { id: "B", consumption: "reserved", passage: "P2" });
  replace(lane, 2, []);
  change(lane, 3, [], ["A", "B"]);
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), []);
  assert.deepEqual(lane.opened.uses, [
    { id: "A", consumption: "consumed", passage: "P1" },
    { id: "B", consumption: "reserved", passage: "P2" },
  ]);
  replace(lane, 4, [clearance("A", 2)]);
  lane = reopened(path, lane);
  assert.deepEqual(lane.opened.clearances, [{ clearance: clearance("A", 2), consumption: "consumed", passage: "P1" }]);
  lane.store.close();
});

test("a reservation can be released, and is then free for another passage", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  replace(lane, 1, [clearance("A")]);
  use(lane, { id: "A", consumption: "reserved", passage: "P1" });
  use(lane, { id: "A", consumption: "none", passage: null });
  use(lane, { id: "A", consumption: "reserved", passage: "P2" });
  lane = reopened(path, lane);
  assert.equal(lane.opened.clearances[0]?.passage, "P2");
  lane.store.close();
});

test("T6: the store itself refuses to use one clearance twice", (t) => {
  const path = databasePath(t);
  for (const second of [
    { id: "A", consumption: "reserved", passage: "P2" },
    { id: "A", consumption: "consumed", passage: "P2" },
    { id: "A", consumption: "consumed", passage: null },
    { id: "A", consumption: "none", passage: "P1" },
  ] as const) {
    const lane = openStore(`${path}-${second.consumption}-${second.passage}`);
    replace(lane, 1, [clearance("A")]);
    use(lane, { id: "A", consumption: "reserved", passage: "P1" });
    assert.throws(() => use(lane, second), InvariantError);
    lane.store.close();
  }
  for (const consumption of ["none", "reserved"] as const) {
    const lane = openStore(`${path}-after-${consumption}`);
    use(lane, { id: "A", consumption: "consumed", passage: "P1" });
    const passage = consumption === "none" ? null : "P1";
    assert.throws(() => use(lane, { id: "A", consumption, passage }), /stays consumed/);
    lane.store.close();
  }
});

test("B21: a record that goes backwards or contradicts itself is taken off the list and stays off", (t) => {
  const path = databasePath(t);
  let lane = openStore(path);
  replace(lane, 1, [clearance("A", 3), clearance("B", 3), clearance("C", 3)]);
  const { droppedClearances } = replace(lane, 2, [clearance("A", 2), clearance("B", 3, "12C00001"), clearance("C", 3)]);
  assert.deepEqual(
    droppedClearances?.map(({ id }) => id),
    ["A", "B"],
  );
  assert.equal(
    replace(lane, 3, [clearance("A", 2), clearance("B", 3, "12C00001"), clearance("C", 3)]).droppedClearances?.length,
    2,
  );
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), ["C"]);
  assert.deepEqual(change(lane, 4, [clearance("A", 4), clearance("B", 4, "12C00001")]).droppedClearances, []);
  lane = reopened(path, lane);
  assert.deepEqual(ids(lane), ["A", "B", "C"]);
  lane.store.close();
});

test("a list and changes in one batch is a defect of the caller", (t) => {
  const lane = openStore(databasePath(t));
  const replaced = { version: 1, records: [], receivedAtUtc: 1 };
  const changed = { version: 2, upsert: [], remove: [], receivedAtUtc: 1 };
  assert.throws(() => commit(lane.store, { clearances: { replace: replaced, delta: changed } }), InvariantError);
  lane.store.close();
});
