import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AlwaysChecks } from "#bench/sim/check/always";
import { Replay } from "#bench/sim/check/replay";
import { standardPolicy } from "#bench/sim/setup";
import type { Row } from "#bench/sim/shell/memory-store";
import type { Vehicle } from "#bench/sim/world/vehicle";
import type { IdentityRead } from "#contract/decision";
import type { GateCommand } from "#contract/device";
import type { Order } from "#contract/order";
import { ClearanceIndex } from "#control/clearance-index";
import type { InterlockImage } from "#lanes/interlock/permit";
import { INITIAL_STATE, type LaneEffect, type LaneEvent, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import { CONTAINER, clearance, decisionInput, EPOCH, identity, QUIET, read, SITE, TRACTOR } from "../lanes/builders.ts";

/** Each promise is broken once here, by hand, to show that the check of it can fail. */

const policy = standardPolicy();
const VEHICLE: Vehicle = {
  id: "V1",
  act: "honest",
  plate: TRACTOR,
  trailer: "12R01234",
  container: CONTAINER,
  grossKg: 35_000,
  lengthM: 16.5,
  entitledTo: "CL-1",
  visits: 0,
};

const started: LaneEvent = { type: "started", boot: "boot-1", site: SITE, at: 50, utc: EPOCH };
const image = (at: number, change = {}): LaneEvent => ({
  type: "gate-inputs",
  inputs: { ...QUIET, ...change },
  at,
  utc: EPOCH,
});

const pass: Extract<LaneEffect, { type: "record" }> = {
  type: "record",
  entry: "decision.made",
  passage: "P1",
  data: {
    verdict: "PASS",
    decidingRule: null,
    reason: "CLEARED",
    rules: [],
    wouldOpen: [],
    clearance: { id: "CL-1", version: 1 },
    input: decisionInput(),
    by: "lane",
  },
};

/** A PASS on the vehicle's record, with these reads behind it. */
const passOn = (reads: readonly IdentityRead[], plate = TRACTOR): Extract<LaneEffect, { type: "record" }> => ({
  ...pass,
  data: { ...(pass.data as object), input: decisionInput({ reads, plate: identity(plate) }) },
});

const record = (entry: "passage.opened" | "passage.closed", data: unknown): LaneEffect => ({
  type: "record",
  entry,
  passage: "P1",
  data,
});

const LOADED: LaneEvent = { type: "scale-load", load: "loaded", at: 2500, utc: EPOCH };

const boom = (type: "raise-boom" | "lower-boom"): Extract<LaneEffect, { type: "command" }> => {
  const command: GateCommand = { type };
  return { type: "command", commandId: "C1", passage: "P1", command, issuedAt: 0 };
};

const FRESH: InterlockImage = { inputs: QUIET, inputsAgeMs: 20, commandAgeMs: 5, durablePass: true };

const row = (effects: readonly LaneEffect[]): Row => ({
  boot: "boot-1",
  event: started,
  state: INITIAL_STATE,
  effects,
});

/** Checks over a world in which the honest vehicle stands on the deck and the gate has been read. */
function checks(vehicle: Vehicle = VEHICLE, listed = [clearance()], gateReached = true, down = false): AlwaysChecks {
  const index = new ClearanceIndex();
  index.replace(1, listed);
  const always = new AlwaysChecks({
    policy,
    site: SITE,
    index: () => index,
    listed: () => listed,
    judged: () => vehicle,
    gateReached: () => gateReached,
    boomIsDown: () => down,
  });
  always.booted("boot-1");
  take(always, image(1000));
  return always;
}

/** The core takes the event; `more` is what it is said to have asked for beside. */
function take(always: AlwaysChecks, event: LaneEvent, more: readonly LaneEffect[] = []): void {
  const { state } = step({ ...INITIAL_STATE, boot: "boot-1", site: SITE }, event, policy);
  // The core's own invariants are not what is tested here.
  const known = always.violations.length;
  always.stepped(INITIAL_STATE, event, { state, effects: more });
  const own = always.violations.splice(known).filter(({ promise }) => promise !== "the core keeps its own invariants");
  always.violations.push(...own);
}

const broken = (always: AlwaysChecks) => always.violations.map(({ promise }) => promise);

describe("a broken promise is noticed", () => {
  test("a raise without a PASS, with one of another start, and twice on one", () => {
    const promise = "the boom is raised once, on a PASS of this passage that is on the disk since this start";
    const always = checks();
    always.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.deepEqual(broken(always), [promise]);

    const twice = checks();
    twice.durable(row([pass]));
    twice.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.deepEqual(broken(twice), []);
    twice.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.deepEqual(broken(twice), [promise]);

    const old = checks();
    old.durable({ ...row([pass]), boot: "boot-0" });
    old.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.deepEqual(broken(old), [promise]);
  });

  test("a lower over somebody, on no image, and too soon", () => {
    const promise = "the boom is not lowered while the zone under it is occupied or unknown";
    const always = checks();
    always.asked(boom("lower-boom"), { permitted: true }, { ...FRESH, inputs: { ...QUIET, curtain: true } });
    assert.deepEqual(broken(always), [promise]);

    const soon = checks();
    take(soon, image(2000, { loopUnder: true }));
    take(soon, image(3000), []);
    take(soon, image(3499), [boom("lower-boom")]);
    assert.deepEqual(broken(soon), ["the zone under the boom is clear for long enough before it is lowered"]);
    take(soon, image(3500), [boom("lower-boom")]);
    assert.equal(soon.violations.length, 1);
  });

  test("a boom that moves on old inputs, late, or while somebody else is in charge", () => {
    for (const change of [
      { inputs: null },
      { inputsAgeMs: 1501 },
      { commandAgeMs: 2001 },
      { inputs: { ...QUIET, modeAuto: false } },
      { inputs: { ...QUIET, estopOk: false } },
      { inputs: { ...QUIET, fireOpen: true } },
    ]) {
      const always = checks();
      always.asked(boom("lower-boom"), { permitted: true }, { ...FRESH, ...change });
      assert.deepEqual(broken(always), ["the boom moves on fresh inputs, while nobody else is in charge of it"]);
    }
  });

  test("a raise for a vehicle that does not stand on the deck", () => {
    const always = checks();
    always.durable(row([pass]));
    take(always, image(2000), [boom("raise-boom")]);
    take(always, LOADED, [boom("raise-boom")]);
    assert.deepEqual(broken(always), ["the boom is raised for a vehicle that stands on the deck"]);
  });

  test("a clearance that is kept by who did not pass, or reserved by somebody else", () => {
    const kept = checks();
    const reserve: LaneEffect = { type: "consumption", clearance: "CL-1", consumption: "reserved", passage: "P1" };
    kept.durable(row([record("passage.opened", {}), reserve]));
    kept.durable(row([record("passage.closed", { result: "ABANDONED" })]));
    assert.deepEqual(broken(kept), ["who did not pass gives the clearance back"]);
    const other = checks();
    other.durable(row([{ ...reserve, passage: "P0" }]));
    take(other, image(2000), [pass]);
    assert.equal(other.violations.length, 1);
  });

  test("green over somebody, and with a weighbridge of which nothing is known", () => {
    const green: LaneEffect = { ...boom("raise-boom"), command: { type: "entry-light", colour: "green" } };
    const always = checks();
    take(always, image(2000), [green]);
    take(always, { type: "scale-load", load: "empty", at: 2001, utc: EPOCH }, [green]);
    take(always, image(2002, { eyeScaleFront: true }), [green]);
    assert.equal(always.violations.length, 2);
    assert.deepEqual(new Set(broken(always)), new Set(["green asks a vehicle into an empty lane only"]));
  });

  test("a command before the gate was read", () => {
    const always = checks();
    always.booted("boot-2");
    take(always, started, [boom("lower-boom")]);
    always.asked(boom("lower-boom"), { permitted: true }, FRESH);
    assert.ok(broken(always).filter((promise) => promise === "nothing moves at a start").length >= 2);
  });

  test("a PASS on a bad record, and on one camera", () => {
    const promise = "a PASS rests on a live record, two identities from two devices, and a weight";
    const hold = { kind: "WATCH" as const, since: "2026-10-10T07:00:00Z", by: "customs" };
    for (const change of [
      { holds: [hold] },
      { status: "PENDING" as const },
      { validTo: "2026-10-10T07:00:00Z" },
      { vehicle: { tractorPlate: "29H67890", tareKg: 15_000 } },
      { containers: [] },
    ]) {
      const always = checks(VEHICLE, [clearance(change)]);
      take(always, image(2000), [pass]);
      assert.ok(broken(always).includes(promise), JSON.stringify(change));
    }
    const good = checks();
    take(good, image(2000), [pass]);
    assert.deepEqual(broken(good), []);
    good.durable(row([{ type: "consumption", clearance: "CL-1", consumption: "consumed", passage: "P0" }]));
    take(good, image(3000), [pass]);
    assert.deepEqual(broken(good), [promise]);
  });

  test("a PASS for another vehicle; a perfect copy is counted apart", () => {
    const other = checks({ ...VEHICLE, plate: "29H67890", entitledTo: null });
    take(other, image(2000), [pass]);
    assert.deepEqual(broken(other), ["a PASS is for the vehicle of the record"]);
    assert.equal(other.tally.wrongPass, 1);

    const copy = checks({ ...VEHICLE, entitledTo: null });
    take(copy, image(2000), [pass]);
    assert.deepEqual(broken(copy), []);
    assert.equal(copy.tally.clonePass, 1);
  });

  test("a PASS on a plate one character off that every camera agreed on", () => {
    const sister = TRACTOR.replace("12C", "12G");
    const always = checks();
    take(always, image(2000), [passOn([read({ kind: "plate", text: sister })], sister)]);
    assert.deepEqual(broken(always), ["a PASS rests on a live record, two identities from two devices, and a weight"]);
    const torn = checks();
    const reads = [read({ kind: "plate", text: sister }), read({ kind: "plate", text: TRACTOR, source: "front" })];
    take(torn, image(2000), [passOn(reads, sister)]);
    assert.deepEqual(broken(torn), []);
  });

  test("a sister is a wrong PASS, unless a camera said that it is the vehicle of the record", () => {
    const sister = { ...VEHICLE, plate: TRACTOR.replace("12C", "12G"), entitledTo: null };
    const wrong = checks(sister);
    take(wrong, image(2000), [passOn([])]);
    assert.deepEqual([wrong.tally.wrongPass, wrong.tally.misreadPass], [1, 0]);
    const misread = checks(sister);
    take(misread, image(2000), [passOn([read({ kind: "plate", text: TRACTOR })])]);
    assert.deepEqual([misread.tally.wrongPass, misread.tally.misreadPass], [0, 1]);
    assert.deepEqual(broken(misread), []);
    const other = checks({ ...VEHICLE, plate: "29H67890", entitledTo: null });
    take(other, image(2000), [passOn([read({ kind: "plate", text: TRACTOR })])]);
    assert.equal(other.tally.wrongPass, 1, "nothing like it was painted on the vehicle");
  });

  test("a boom that moves outside a passage without the order of two persons", () => {
    const up: LaneEffect = { ...boom("raise-boom"), passage: null, commandId: "C9" };
    const by = { subject: "S-1", role: "officer" as const };
    const order = (secondBy: Order["secondBy"], wish: Order["wish"] = { name: "open" }): Row => ({
      ...row([up]),
      event: { type: "order", order: { id: "O-1", by, secondBy, reason: "test", wish }, at: 2000, utc: EPOCH },
    });
    const promise = "the boom moves outside a passage on the order of two persons";
    const alone = checks();
    alone.durable(order(null));
    alone.durable(order(by));
    alone.durable(order({ subject: "S-2", role: "officer" }, { name: "close" }));
    assert.deepEqual(broken(alone), [promise, promise, promise]);
    const two = checks();
    two.durable(order({ subject: "S-2", role: "officer" }));
    two.asked({ ...boom("raise-boom"), passage: null, commandId: "C9" }, { permitted: true }, FRESH);
    assert.deepEqual(broken(two), []);
    two.asked({ ...boom("raise-boom"), passage: null, commandId: "C8" }, { permitted: true }, FRESH);
    assert.equal(two.violations.length, 1, "another command than the one that was ordered");
  });

  test("an officer who passes a vehicle that is gone", () => {
    const officer: LaneEffect = { ...pass, data: { ...(pass.data as object), by: "officer", clearance: null } };
    const gone = checks();
    gone.durable(row([officer]));
    take(gone, { type: "scale-load", load: "empty", at: 2000, utc: EPOCH }, [boom("raise-boom")]);
    assert.deepEqual(broken(gone), ["the boom is raised for a vehicle that stands on the deck"]);
    const there = checks();
    there.durable(row([officer]));
    take(there, { type: "scale-load", load: "unknown", at: 2000, utc: EPOCH }, [boom("raise-boom")]);
    assert.deepEqual(broken(there), []);
  });

  test("a raise on a clearance that is known to be suspended", () => {
    const always = checks();
    always.durable(row([pass]));
    take(always, LOADED, [boom("raise-boom")]);
    assert.deepEqual(broken(always), []);
    const hold = { kind: "SUSPENDED" as const, since: "2026-10-10T07:00:00Z", by: "customs" };
    const suspended = checks(VEHICLE, [clearance({ holds: [hold] })]);
    suspended.durable(row([pass]));
    take(suspended, LOADED, [boom("raise-boom")]);
    assert.deepEqual(broken(suspended), [
      "a clearance that the lane knows to be suspended or withdrawn keeps the boom down",
    ]);
  });

  test("somebody else who drives through on a PASS", () => {
    const always = checks();
    always.durable(row([pass]));
    always.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.equal(always.crossed({ ...VEHICLE, id: "V2" }), false);
    assert.deepEqual(broken(always), ["the vehicle that drives through is the one that was passed"]);
    assert.equal(always.crossed(VEHICLE), false, "the second on one PASS");
    assert.equal(always.tally.crossedWithoutPass, 1);
  });

  test("also on one that was taken back while the boom comes down", () => {
    const always = checks();
    always.durable(row([record("passage.opened", {}), pass]));
    always.asked(boom("raise-boom"), { permitted: true }, FRESH);
    take(always, LOADED, [{ ...pass, entry: "decision.revoked", data: {} }]);
    take(always, LOADED, [boom("lower-boom")]);
    assert.equal(always.crossed({ ...VEHICLE, id: "V2" }), false);
    assert.ok(broken(always).includes("the vehicle that drives through is the one that was passed"));
  });

  test("not somebody who drives through a boom that a lost command never raised", () => {
    const always = checks(VEHICLE, [clearance()], true, true);
    always.durable(row([pass]));
    always.asked(boom("raise-boom"), { permitted: true }, FRESH);
    take(always, LOADED, [{ ...pass, entry: "decision.revoked", data: {} }]);
    assert.equal(always.crossed({ ...VEHICLE, id: "V2" }), false);
    assert.deepEqual(broken(always), []);
    assert.equal(always.tally.crossedWithoutPass, 1);
  });

  test("somebody else who drives through while the gate cannot be reached, if that ends in PASSED", () => {
    const always = checks(VEHICLE, [clearance()], false);
    always.durable(row([record("passage.opened", {}), pass]));
    always.asked(boom("raise-boom"), { permitted: true }, FRESH);
    assert.equal(always.crossed({ ...VEHICLE, id: "V2" }), false);
    assert.deepEqual(broken(always), []);
    always.durable(row([record("passage.closed", { result: "PASSED" })]));
    assert.deepEqual(broken(always), ["a passage ends in PASSED when its own vehicle has passed"]);
  });

  test("a clearance used up twice, a passage opened or closed twice", () => {
    const always = checks();
    const use: LaneEffect = { type: "consumption", clearance: "CL-1", consumption: "consumed", passage: "P1" };
    always.durable(row([use]));
    always.durable(row([use]));
    assert.deepEqual(broken(always), ["a clearance is used up once"]);

    const passages = checks();
    passages.durable(row([record("passage.opened", {})]));
    assert.deepEqual(passages.openPassages, ["P1"]);
    passages.durable(row([record("passage.opened", {})]));
    passages.durable(row([record("passage.closed", { result: "PASSED" })]));
    passages.durable(row([record("passage.closed", { result: "PASSED" })]));
    assert.equal(passages.violations.length, 2);
  });

  test("a journal that gives something else the second time", () => {
    const first = step(INITIAL_STATE, started, policy);
    const differences: string[] = [];
    const replay = new Replay(policy, (detail) => differences.push(detail));
    replay.durable({ boot: "boot-1", event: started, ...first });
    assert.deepEqual(differences, []);
    const second = step(first.state, image(1000), policy);
    const other: LaneState = { ...second.state, commandCount: 99 };
    replay.durable({ boot: "boot-1", event: image(1000), state: other, effects: second.effects });
    assert.equal(differences.length, 1);
  });
});
