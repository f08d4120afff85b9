import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { DigestAuthority } from "#devices/transport/onvif/digest";

const URL_ASKED = new URL("http://camera.test/dir/index.html?x=1");
const credentials = { username: "Mufasa", password: "Circle of Life" };

/** Parameters of the answer to these WWW-Authenticate values, or undefined when there is none. */
function answer(...challenges: readonly string[]): Map<string, string> | undefined {
  const authority = new DigestAuthority(credentials);
  const rawHeaders = challenges.flatMap((challenge) => ["WWW-Authenticate", challenge]);
  if (!authority.accept(rawHeaders)) {
    assert.equal(authority.header("GET", URL_ASKED), undefined);
    return undefined;
  }
  return parametersOf(authority.header("GET", URL_ASKED));
}

function parametersOf(header: string | undefined): Map<string, string> {
  assert.ok(header !== undefined);
  assert.match(header, /^Digest /);
  const found = header.matchAll(/([a-z]+)=(?:"([^"]*)"|([^",]+))/g);
  return new Map([...found].map(([, name = "", quoted, bare]) => [name, quoted ?? bare ?? ""]));
}

/** RFC 7616, section 3.4. */
function expected(algorithm: "md5" | "sha256", given: Map<string, string>): string {
  const hash = (text: string) => createHash(algorithm).update(text).digest("hex");
  const secret = hash(`Mufasa:${given.get("realm")}:Circle of Life`);
  const asked = hash("GET:/dir/index.html?x=1");
  const nonce = given.get("nonce");
  if (!given.has("qop")) return hash(`${secret}:${nonce}:${asked}`);
  return hash(`${secret}:${nonce}:${given.get("nc")}:${given.get("cnonce")}:auth:${asked}`);
}

describe("HTTP digest", () => {
  it("answers MD5, named or by default", () => {
    for (const challenge of [
      'Digest realm="r, s", nonce="n=1", qop="auth"',
      'digest qop=auth,realm="r",nonce=n,algorithm=md5',
    ]) {
      const given = answer(challenge);
      assert.ok(given);
      assert.equal(given.get("response"), expected("md5", given));
      assert.equal(given.get("uri"), "/dir/index.html?x=1");
    }
  });

  it("answers SHA-256, and prefers it whatever the order", () => {
    const md5 = 'Digest realm="r", nonce="1", qop="auth", algorithm=MD5';
    const sha = 'Digest realm="r", nonce="2", qop="auth,auth-int", algorithm=SHA-256, opaque="o,p"';
    for (const challenges of [[md5, sha], [sha, md5], [sha]]) {
      const given = answer(...challenges);
      assert.ok(given);
      assert.deepEqual([given.get("nonce"), given.get("algorithm"), given.get("opaque")], ["2", "SHA-256", "o,p"]);
      assert.equal(given.get("response"), expected("sha256", given));
      assert.equal(given.get("nc"), "00000001");
    }
  });

  it("answers servers older than qop (RFC 2069)", () => {
    const given = answer('Digest realm="r", nonce="n"');
    assert.ok(given);
    assert.equal(given.has("nc"), false);
    assert.equal(given.get("response"), expected("md5", given));
  });

  it("does not show the password to whoever asks for it, and skips what it cannot do", () => {
    assert.equal(answer('Basic realm="r"'), undefined);
    assert.equal(answer(), undefined);
    assert.equal(answer('Digest realm="r", nonce="n", algorithm=MD5-sess'), undefined);
    assert.equal(answer('Digest realm="r", nonce="n", qop="auth-int"'), undefined);
    assert.equal(answer('Digest realm="r"'), undefined);
    assert.equal(answer(`Digest realm="r", nonce="${"n".repeat(4000)}"`), undefined);
    assert.ok(
      answer('Basic realm="r"', 'Digest realm="r", nonce="n", algorithm=SHA-512-256', 'Digest realm="r", nonce="n"'),
    );
  });

  it("counts the requests under one nonce, and starts again with the next", () => {
    const authority = new DigestAuthority(credentials);
    const counter = () => parametersOf(authority.header("GET", URL_ASKED)).get("nc");
    authority.accept(["www-authenticate", 'Digest realm="r", nonce="1", qop="auth"']);
    assert.deepEqual([counter(), counter()], ["00000001", "00000002"]);
    authority.accept(["www-authenticate", 'Digest realm="r", nonce="2", qop="auth"']);
    assert.equal(counter(), "00000001");
  });
});
