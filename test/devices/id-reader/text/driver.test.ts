import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import { eventually, letPass } from "#bench/contract/eventually";
import { textReaders } from "#bench/contract/families/edge";
import { idReaderRig } from "#bench/contract/rigs/readers";
import { readCode, readTag } from "#devices/id-reader/identifier";
import { idReaderText } from "#devices/id-reader/text/descriptor";
import { familyTests } from "../../../contract/family-tests.ts";

const SERIAL = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;

describe("text-id-reader", { concurrency: 2 }, () => {
  familyTests(...textReaders().filter(({ driver }) => driver === "text-id-reader"));

  it("B33 tags of another length are strangers, lower case is the same tag", async () => {
    const { device, recorder, simulator, dispose } = await idReaderRig("tag");
    try {
      await device.start();
      await eventually("healthy", () => recorder.healthy);
      simulator.hold("e280116060000204", "ABCDEF0123456789ABCDEF01", "abcdef0123456789abcdef01", "E2".repeat(31));
      await eventually("told", () => recorder.of("id-seen").length > 0);
      await letPass(150);
      const told = recorder.of("id-seen").map(({ kind, id }) => [kind, id]);
      assert.deepEqual(told, [["tag", "ABCDEF0123456789ABCDEF01"]]);
      assert.equal(recorder.healthy, true);
    } finally {
      await dispose();
    }
  });
});

describe("identifiers", () => {
  it("B33 tags", () => {
    assert.deepEqual(readTag("30340bd6f4000000000000a1", 24), { kind: "identifier", id: "30340BD6F4000000000000A1" });
    for (const line of ["3034", `${"3".repeat(24)}4`]) assert.equal(readTag(line, 24).kind, "stranger");
    for (const line of ["xyz", "3034 0BD6", "０".repeat(24), "1e5".repeat(60)])
      assert.equal(readTag(line, 24).kind, "misfit");
  });

  it("B34 codes are passed on as they are, or not at all", () => {
    for (const text of [
      "308044805740",
      "https://x.example/?q=1",
      "'; DROP TABLE clearance; --",
      "Nguyễn Văn A",
      "桂A12345挂",
    ]) {
      assert.deepEqual(readCode(text), { kind: "identifier", id: text.normalize("NFC") });
    }
    assert.deepEqual(readCode("e\u0301"), { kind: "identifier", id: "\u00e9" });
    for (const text of ["x".repeat(257), "a\u0000b", "a\u001b[2J", "a\u202eb", "a\u200bb", "\ufeffabc", "a\u2028b"]) {
      assert.equal(readCode(text).kind, "stranger", JSON.stringify(text));
    }
  });
});

describe("text-id-reader descriptor", () => {
  const check = new Ajv({ allErrors: true, useDefaults: true, strict: true }).compile(idReaderText.options);
  it("fills in the defaults, without a heartbeat", () => {
    const options = { line: "tcp://reader-1:4001" };
    assert.ok(check(options));
    const limits = { silenceMs: 10_000, repeatMs: 5000, mostPerSecond: 20, kind: "tag", epcDigits: 24 };
    assert.deepEqual(options, { line: "tcp://reader-1:4001", ...SERIAL, ...limits });
  });
  for (const change of [
    { kind: "face" },
    { epcDigits: 25 },
    { heartbeat: "" },
    { heartbeat: "a b" },
    { mostPerSecond: 0 },
  ]) {
    it(`refuses ${JSON.stringify(change)}`, () => assert.equal(check({ line: "/dev/ttyS0", ...change }), false));
  }
});
