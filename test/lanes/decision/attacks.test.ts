import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CachedClearance } from "#contract/clearance";
import type { DecisionInput, IdentityRead } from "#contract/decision";
import { decide } from "#lanes/decision/decide";
import { fuse } from "#lanes/fusion/fuse";
import {
  CONTAINER,
  cached,
  decisionInput,
  EPOCH,
  identity,
  OTHER_TRACTOR,
  policyWith,
  read,
  SITE,
  TARE_KG,
  TRACTOR,
} from "../builders.ts";

/** What somebody would try who wants the boom up for a vehicle that is not announced, or a second time. */

const SLOT = { from: "2026-10-10T07:00:00Z", to: "2026-10-10T09:00:00Z" };
const SISTER = TRACTOR.replace("12C", "12G");

function verdict(input: Partial<DecisionInput>, candidates: readonly CachedClearance[] = [cached()]): string {
  const policy = policyWith();
  const { verdict, reason } = decide({
    input: decisionInput(input),
    candidates,
    policy,
    site: SITE,
    passage: "P000001",
    utc: EPOCH,
  });
  return `${verdict} ${reason}`;
}

/** The identities that these reads come to. */
function seen(reads: readonly IdentityRead[]): Partial<DecisionInput> {
  const { trailer: _, ...fused } = fuse(reads, policyWith().identity.minReadConfidence);
  return { ...fused, reads };
}

const box = read({ kind: "container", text: CONTAINER, check: "verified" });
const tag = (text: string) => read({ kind: "tag", text, source: "rfid" });

describe("an unmanned vehicle's clearance", () => {
  const igv = [
    cached({ vehicle: { kind: "IGV", tractorPlate: "IGV07", serial: "IGV07", tareKg: TARE_KG }, slot: SLOT }),
  ];
  const client = identity("IGV07", { sources: ["fleet"] });

  test("is for the vehicle that proves its serial number", () => {
    assert.equal(verdict({ plate: null, client, tag: identity("IGV07", { sources: ["rfid"] }) }, igv), "PASS CLEARED");
  });
  test("is not for whoever has its transponder and its container", () => {
    assert.equal(verdict({ plate: null, tag: identity("IGV07", { sources: ["rfid"] }) }, igv), "HOLD LOW_CONFIDENCE");
  });
  test("is not for whoever has painted its number on", () => {
    assert.equal(verdict({ plate: identity("IGV07") }, igv), "HOLD LOW_CONFIDENCE");
  });
});

describe("two transponders on one vehicle, one of them copied", () => {
  const both = [tag(TRACTOR), tag(OTHER_TRACTOR)];

  test("vouch for no plate that looks like the announced one", () => {
    const plate = read({ kind: "plate", text: SISTER });
    assert.equal(verdict(seen([box, plate, ...both])), "HOLD PLATE_MISMATCH");
  });
  test("do not stand in for a plate that is covered", () => {
    assert.equal(verdict(seen([box, ...both])), "HOLD NO_PLATE");
  });
  test("are no second device beside one camera that read everything", () => {
    const reads = [box, read({ kind: "plate", text: TRACTOR, source: "side" })];
    assert.equal(verdict(seen(reads)), "HOLD LOW_CONFIDENCE");
    assert.equal(verdict(seen([...reads, tag(OTHER_TRACTOR), tag(SISTER)])), "HOLD LOW_CONFIDENCE");
  });
});

describe("a clearance that is used up", () => {
  const used = cached({}, { consumption: "consumed", passage: "P000000" });

  test("does not come to life again when its declaration is amended afterwards", () => {
    const amended = cached({ id: "CL-2", declarationNo: "308044805741" });
    assert.equal(verdict({}, [used, amended]), "BLOCK DUPLICATE");
    assert.equal(verdict({}, [amended, used]), "BLOCK DUPLICATE");
  });
  test("gives way to a new one for another trip", () => {
    assert.equal(verdict({}, [used, cached({ id: "CL-2", declarationNo: "308044900000" })]), "PASS CLEARED");
  });
});
