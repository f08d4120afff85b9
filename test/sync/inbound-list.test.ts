import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { laneTopics } from "#contract/upstream";
import { InboundReader } from "#sync/inbound";
import { createVerifier } from "#sync/verify";
import { clearance } from "../store/support.ts";
import { KEYS, LANE, SITE, signedText } from "./support.ts";

/** A clearance list as a broker hands it over: whole, cut, mixed up, empty, and larger than life. */

const TOPIC = laneTopics(SITE, LANE).clearanceSnapshot;
const AT = "2026-01-05T10:00:00.000Z";
const reader = new InboundReader({ site: SITE, lane: LANE, verifier: createVerifier([KEYS]) });

const listOf = (records: readonly object[], version = 3) =>
  signedText(JSON.stringify({ site: SITE, version, at: AT, records }));
const read = (payload: string) => reader.read({ topic: TOPIC, payload: Buffer.from(payload), retained: true });

async function refused(payload: string, why: string, codes: readonly ErrorCode[]): Promise<void> {
  const isRefusal = (error: unknown) => codes.some((code) => isLaneError(error, code));
  await assert.rejects(read(payload), isRefusal, `${why} must be ${codes.join(" or ")}`);
}

test("F54: a list that was cut anywhere is refused whole", async () => {
  const whole = listOf([clearance("A"), clearance("B")]);
  await read(whole);
  for (let length = 0; length < whole.length; length += 7) {
    await refused(whole.slice(0, length), `${length} of ${whole.length} characters`, ["MESSAGE_NOT_JSON"]);
  }
});

test("B22: an empty list counts when it is signed; the signature of another list does not", async () => {
  const { message } = await read(listOf([]));
  assert.deepEqual("records" in message && message.records, []);
  const [before, after] = [listOf([clearance("A")], 3), listOf([], 4)].map(
    (text) => JSON.parse(text) as { signature: string },
  );
  assert.ok(before !== undefined);
  await refused(JSON.stringify({ ...after, signature: before.signature }), "the signature before", [
    "MESSAGE_UNSIGNED",
  ]);
});

test("B22: a record of a megabyte is no record", async () => {
  const huge = { ...clearance("A"), declarationNo: "3".repeat(1_000_000) };
  await refused(listOf([clearance("B"), huge]), "a megabyte in one field", ["MESSAGE_SCHEMA"]);
});
