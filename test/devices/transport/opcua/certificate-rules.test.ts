import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { certificateProblem, thumbprintOf } from "#devices/transport/opcua/certificate-rules";

// Made with openssl, valid from November 2026 to November 2046.
const der = (name: string) =>
  new X509Certificate(readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url))).raw;
const expected = { utc: Date.UTC(2030, 0, 1), applicationUri: "urn:scale:one" };

describe("B38 certificates of OPC UA servers", () => {
  it("has nothing against a good one", () => {
    assert.equal(certificateProblem(der("good"), expected), undefined);
    assert.match(thumbprintOf(der("good")), /^[0-9a-f]{40}$/);
  });

  for (const [name, reason] of [
    ["sha1", /signed with sha1/i],
    ["rsa-1024", /1024 bits/],
    ["elliptic", /needs RSA/],
    ["no-alternative-name", /does not name the application/],
    ["no-uri", /does not name the application/],
    ["long-name", /longer than 512/],
  ] as const) {
    it(`refuses ${name} and says why`, () => {
      assert.match(certificateProblem(der(name), expected) ?? "", reason);
    });
  }

  it("refuses what has expired, is not valid yet, or belongs to somebody else", () => {
    const good = der("good");
    assert.match(certificateProblem(good, { ...expected, utc: Date.UTC(2047, 0, 1) }) ?? "", /has expired on 2046-11/);
    assert.match(certificateProblem(good, { ...expected, utc: Date.UTC(2020, 0, 1) }) ?? "", /valid from 2026-11/);
    assert.match(certificateProblem(good, { ...expected, applicationUri: "urn:scale:two" }) ?? "", /urn:scale:two/);
  });

  it("refuses what is no certificate", () => {
    assert.match(certificateProblem(Buffer.from("nonsense"), expected) ?? "", /cannot be read/);
    assert.match(certificateProblem(Buffer.alloc(0), expected) ?? "", /cannot be read/);
  });
});
