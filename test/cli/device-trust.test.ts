import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { thumbprintOf } from "#devices/transport/opcua/certificate-rules";
import { loadLibrary } from "#devices/transport/opcua/library";
import { OpcUaPki } from "#devices/transport/opcua/pki";
import { lanectl } from "./lanectl.ts";

const CERTIFICATE = new URL("../devices/transport/opcua/certificates/good.pem", import.meta.url);

describe("lanectl device trust", () => {
  let folder: string;
  let laneFile: string;
  let der: Buffer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-trust-"));
    laneFile = join(folder, "lane.yaml");
    await writeFile(laneFile, "dataDir: ./data\n");
    der = new X509Certificate(await readFile(CERTIFICATE)).raw;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const withPki = async <T>(body: (pki: OpcUaPki) => Promise<T>): Promise<T> => {
    const pki = await OpcUaPki.open(await loadLibrary(), join(folder, "data"));
    try {
      return await body(pki);
    } finally {
      await pki.close();
    }
  };

  it("lists what was refused, trusts it by its thumbprint and nothing else", async () => {
    assert.equal(await withPki((pki) => pki.trusts(der)), false);
    assert.equal(await withPki((pki) => pki.keepRefused(der)), true);
    assert.equal(await withPki((pki) => pki.trusts(der)), false, "refused is not trusted");
    const listed = await lanectl(["--config", laneFile, "device", "trust"]);
    assert.ok(listed.stdout.includes(thumbprintOf(der)) && listed.stdout.includes("CN=Scale"), listed.stdout);
    const wrong = await lanectl(["--config", laneFile, "device", "trust", "00".repeat(20)]);
    assert.equal(wrong.code, 1);
    assert.equal(await withPki((pki) => pki.trusts(der)), false);
    const right = await lanectl(["--config", laneFile, "device", "trust", thumbprintOf(der).toUpperCase()]);
    assert.equal(right.code, 0, right.stderr);
    assert.equal(await withPki((pki) => pki.trusts(der)), true);
    const empty = await lanectl(["--config", laneFile, "device", "trust", "--json"]);
    assert.deepEqual(JSON.parse(empty.stdout), []);
  });

  it("needs to know whose data folder it is", async () => {
    assert.equal((await lanectl(["device", "trust"])).code, 2);
  });
});
