import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { test } from "node:test";
import { generateKeys } from "#bench/operations/keys";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { laneTopics, MESSAGE_LIMIT_BYTES } from "#contract/upstream";
import { InboundReader } from "#sync/inbound";
import { createSigner } from "#sync/sign";
import { createVerifier } from "#sync/verify";
import { clearance } from "../store/support.ts";
import { base64url, KEYS, LANE, SITE, signedText } from "./support.ts";

const TOPICS = laneTopics(SITE, LANE);
const AT = "2026-01-05T10:00:00.000Z";
const HASH = "a".repeat(64);
const ACK = { site: SITE, lane: LANE, boot: "boot", seq: 7, hash: HASH, at: AT };
const REPLAY = { site: SITE, lane: LANE, from: 1, to: 5, at: AT };
const SNAPSHOT = { site: SITE, version: 3, at: AT, records: [clearance("A")] };
const DELTA = { site: SITE, version: 4, at: AT, upsert: [clearance("B")], remove: ["A"] };

const reader = new InboundReader({ site: SITE, lane: LANE, verifier: createVerifier([KEYS]) });

function read(topic: string, payload: string | Uint8Array, retained = false) {
  return reader.read({ topic, payload: Buffer.from(payload), retained });
}

async function refused(code: ErrorCode, topic: string, payload: string | Uint8Array, why: string, retained = false) {
  await assert.rejects(read(topic, payload, retained), (error) => isLaneError(error, code), `${why} must be ${code}`);
}

const json = JSON.stringify;

test("what operations sign is read, whoever made the signature", async () => {
  const signer = createSigner(KEYS);
  assert.deepEqual(await read(TOPICS.ack, await signer.sign(ACK), true), { kind: "ack", message: ACK });
  assert.deepEqual(await read(TOPICS.ack, signedText(json(ACK))), { kind: "ack", message: ACK });
  assert.deepEqual(await read(TOPICS.replay, signedText(json(REPLAY))), { kind: "replay", message: REPLAY });
  const list = await read(TOPICS.clearanceSnapshot, signedText(json(SNAPSHOT)), true);
  assert.deepEqual(list, { kind: "clearance-snapshot", message: SNAPSHOT });
  const changes = await read(TOPICS.clearanceDelta, signedText(json(DELTA)));
  assert.deepEqual(changes, { kind: "clearance-delta", message: DELTA });
});

test("B19: the bytes that were signed are verified, in whatever form they are written", async () => {
  const text = `{ "at":"${AT}",\n "hash":"${HASH}", "seq":7.0, "boot":"b\\u006fot", "lane":"${LANE}", "site":"${SITE}" }`;
  assert.deepEqual(await read(TOPICS.ack, signedText(text)), { kind: "ack", message: ACK });
});

test("T5, T8: only the pinned keys and only EdDSA are believed", async () => {
  const good = JSON.parse(signedText(json(ACK))) as { payload: string; protected: string; signature: string };
  const stranger = generateKeys(KEYS.kid);
  const hmacHeader = base64url(json({ alg: "HS256", kid: KEYS.kid }));
  const hmac = createHmac("sha256", KEYS.publicKeyPem).update(`${hmacHeader}.${good.payload}`).digest();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const rsaHeader = base64url(json({ alg: "RS256", kid: KEYS.kid }));
  const rsaSignature = signBytes("sha256", Buffer.from(`${rsaHeader}.${good.payload}`), rsa);
  const cases: readonly (readonly [string, string])[] = [
    ["another key under a known name", signedText(json(ACK), stranger)],
    ["an unknown name", signedText(json(ACK), { ...KEYS, kid: "operations-2" })],
    ["no name", signedText(json(ACK), KEYS, { alg: "EdDSA", kid: undefined })],
    ["a name that every object has", signedText(json(ACK), { ...KEYS, kid: "constructor" })],
    ["alg none", json({ ...good, protected: base64url(json({ alg: "none", kid: KEYS.kid })) })],
    [
      "the public key as a shared secret",
      json({ payload: good.payload, protected: hmacHeader, signature: base64url(hmac) }),
    ],
    ["RSA", json({ payload: good.payload, protected: rsaHeader, signature: base64url(rsaSignature) })],
    ["another name for the algorithm", signedText(json(ACK), KEYS, { alg: "Ed25519" })],
    ["no algorithm", signedText(json(ACK), KEYS, {})],
    ["an unknown critical header", signedText(json(ACK), KEYS, { alg: "EdDSA", crit: ["x"], x: 1 })],
    ["a header that is no JSON", json({ ...good, protected: base64url("{") })],
    ["another payload", json({ ...good, payload: base64url(json({ ...ACK, seq: 8 })) })],
    ["half a signature", json({ ...good, signature: good.signature.slice(0, 40) })],
  ];
  for (const [why, payload] of cases) await refused("MESSAGE_UNSIGNED", TOPICS.ack, payload, why);
});

test("a key holds from its first day to the end of its last one in Viet Nam, whatever date the message carries", async () => {
  const key = { ...KEYS, validFrom: "2026-01-05", validUntil: "2026-01-31" };
  const verdict = async (now: string, at = now) => {
    const verifier = createVerifier([key], () => Date.parse(now));
    const timed = new InboundReader({ site: SITE, lane: LANE, verifier });
    const payload = Buffer.from(signedText(json({ ...ACK, at })));
    return await timed.read({ topic: TOPICS.ack, payload, retained: false }).then(
      () => "taken",
      (error: unknown) => (isLaneError(error, "MESSAGE_KEY_EXPIRED") ? error.detail : String(error)),
    );
  };
  assert.equal(await verdict("2026-01-04T16:59:59.999Z"), "the key operations-1 begins on 2026-01-05");
  assert.equal(await verdict("2026-01-04T17:00:00.000Z"), "taken");
  assert.equal(await verdict("2026-01-31T16:59:59.999Z"), "taken");
  assert.equal(await verdict("2026-01-31T17:00:00.000Z"), "the key operations-1 ended on 2026-01-31");
  const backdated = await verdict("2026-03-01T00:00:00.000Z", "2026-01-10T00:00:00.000Z");
  assert.equal(backdated, "the key operations-1 ended on 2026-01-31", "an old key with an old date");
  const clockSetBack = await verdict("2026-01-10T00:00:00.000Z", "2026-03-01T00:00:00.000Z");
  assert.equal(clockSetBack, "the key operations-1 ended on 2026-01-31", "a lane whose clock was set back");
});

test("T5: a message with any one character altered is refused", async () => {
  const text = signedText(json(ACK));
  for (let at = 0; at < text.length; at++) {
    const altered = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
    try {
      const { message } = await read(TOPICS.ack, altered);
      // The last character of a signature carries bits that mean nothing; the content is what was signed all the same.
      assert.deepEqual(message, ACK);
      assert.equal(at, text.length - 3, `character ${at}`);
    } catch (error) {
      assert.ok(isLaneError(error), `character ${at}: ${String(error)}`);
    }
  }
});

test("what is not signed at all is refused by its form", async () => {
  for (const payload of [json(ACK), "{}", "[]", "null", '"x"', "1", json({ payload: "e30", protected: "e30" })]) {
    await refused("MESSAGE_SCHEMA", TOPICS.ack, payload, payload);
  }
  const general = { ...(JSON.parse(signedText(json(ACK))) as object), header: { kid: KEYS.kid } };
  await refused("MESSAGE_SCHEMA", TOPICS.ack, json(general), "an unprotected header");
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, "not json", "no JSON");
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, "", "nothing");
  const signed = signedText(json(ACK));
  const doubled = `{"payload":"e30",${signed.slice(1)}`;
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, doubled, "the payload twice");
});

test("B18, B21: signed content is read as strictly as anything else", async () => {
  const schema: readonly (readonly [string, string, unknown])[] = [
    ["no fields", TOPICS.ack, {}],
    ["an extra field", TOPICS.ack, { ...ACK, extra: 1 }],
    ["seq 0", TOPICS.ack, { ...ACK, seq: 0 }],
    ["seq below zero", TOPICS.ack, { ...ACK, seq: -1 }],
    ["seq as text", TOPICS.ack, { ...ACK, seq: "7" }],
    ["half a seq", TOPICS.ack, { ...ACK, seq: 7.5 }],
    ["seq beyond exact numbers", TOPICS.ack, { ...ACK, seq: 2 ** 53 }],
    ["a short hash", TOPICS.ack, { ...ACK, hash: "abc" }],
    ["a time without zone", TOPICS.ack, { ...ACK, at: "2026-01-05T10:00:00" }],
    ["an acknowledgement as a list", TOPICS.clearanceSnapshot, ACK],
    ["a list as changes", TOPICS.clearanceDelta, SNAPSHOT],
    ["changes as a list", TOPICS.clearanceSnapshot, DELTA],
    [
      "an unknown status",
      TOPICS.clearanceSnapshot,
      { ...SNAPSHOT, records: [{ ...clearance("A"), status: "cleared" }] },
    ],
    [
      "no containers",
      TOPICS.clearanceSnapshot,
      { ...SNAPSHOT, records: [{ ...clearance("A"), containers: undefined }] },
    ],
  ];
  for (const [why, topic, content] of schema) await refused("MESSAGE_SCHEMA", topic, signedText(json(content)), why);
  const infinite = json(ACK).replace('"seq":7', '"seq":1e400');
  await refused("MESSAGE_SCHEMA", TOPICS.ack, signedText(infinite), "seq 1e400");
  const twice = json(ACK).replace('"seq":7', '"seq":6,"seq":7');
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, signedText(twice), "a key twice");
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, signedText(`\ufeff${json(ACK)}`), "a byte order mark");
  await refused("MESSAGE_NOT_JSON", TOPICS.ack, signedText(Buffer.from([0xff])), "no UTF-8");
  const half = json(SNAPSHOT).replace('"A"', '"A\\ud800"');
  await refused("MESSAGE_NOT_JSON", TOPICS.clearanceSnapshot, signedText(half), "half a surrogate pair");
});

test("B32: what is meant for somebody else is refused", async () => {
  await refused("MESSAGE_REFUSED", TOPICS.ack, signedText(json({ ...ACK, lane: "lane-2" })), "another lane");
  await refused("MESSAGE_REFUSED", TOPICS.ack, signedText(json({ ...ACK, site: "tan-thanh" })), "another site");
  await refused("MESSAGE_REFUSED", TOPICS.replay, signedText(json({ ...REPLAY, lane: "lane-2" })), "another lane");
  const list = signedText(json({ ...SNAPSHOT, site: "tan-thanh" }));
  await refused("MESSAGE_REFUSED", TOPICS.clearanceSnapshot, list, "another site's list");
  const changes = signedText(json({ ...DELTA, site: "tan-thanh" }));
  await refused("MESSAGE_REFUSED", TOPICS.clearanceDelta, changes, "another site's changes");
  await refused("MESSAGE_REFUSED", "gate/v1/somewhere/else", signedText(json(ACK)), "a topic that is not ours");
});

test("B17: commands are refused, signed or not, kept or not; so are kept requests and changes", async () => {
  const command = TOPICS.command.replace("+", "open");
  for (const payload of ["open!", signedText(json({ command: "open" })), ""]) {
    await refused("MESSAGE_REFUSED", command, payload, payload, true);
    await refused("MESSAGE_REFUSED", command, payload, payload, false);
  }
  await refused("MESSAGE_REFUSED", TOPICS.replay, signedText(json(REPLAY)), "a kept request", true);
  await refused("MESSAGE_REFUSED", TOPICS.clearanceDelta, signedText(json(DELTA)), "kept changes", true);
});

test("B18: size is looked at before anything else", async () => {
  const large = signedText(json({ ...ACK, boot: "x".repeat(MESSAGE_LIMIT_BYTES) }));
  await refused("MESSAGE_TOO_LARGE", TOPICS.ack, large, "too large");
  await refused("MESSAGE_TOO_LARGE", TOPICS.clearanceDelta, Buffer.alloc(MESSAGE_LIMIT_BYTES + 1), "too large");
  const list = { ...SNAPSHOT, records: Array.from({ length: 500 }, (_, index) => clearance(`C${index}`)) };
  assert.ok(json(list).length > 2 * MESSAGE_LIMIT_BYTES);
  assert.equal((await read(TOPICS.clearanceSnapshot, signedText(json(list)), true)).kind, "clearance-snapshot");
});

test("keys that cannot be trusted are found when the lane starts", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" });
  const invalid = (error: unknown) => isLaneError(error, "CONFIG_INVALID");
  assert.throws(() => createVerifier([{ kid: "a", publicKeyPem: rsa.toString() }]), invalid);
  assert.throws(() => createVerifier([{ kid: "a", publicKeyPem: "no key" }]), invalid);
  assert.throws(() => createVerifier([KEYS, KEYS]), invalid);
});
