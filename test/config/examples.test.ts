import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { devicesOf } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";

const CONFIG = fileURLToPath(new URL("../../config/", import.meta.url));

/** The examples as they are delivered, beside the secrets that their own text tells how to make. */
describe("examples of lane files", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-examples-"));
    await cp(join(CONFIG, "policies"), join(folder, "policies"), { recursive: true });
    await mkdir(join(folder, "examples", "secrets"), { recursive: true });
    for (const name of await readdir(join(CONFIG, "examples"))) {
      if (name.endsWith(".yaml")) await cp(join(CONFIG, "examples", name), join(folder, "examples", name));
    }
    const secret = (name: string, text: string) =>
      writeFile(join(folder, "examples", "secrets", name), text, { mode: 0o600 });
    for (const name of ["camera-password", "plc-password", "fleet-password"]) await secret(name, "correct horse\n");
    const { publicKey } = generateKeyPairSync("ed25519");
    await secret("operations-1.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, classes] of [
    ["lane.yaml", ["gate", "weighbridge", "camera", "camera", "camera"]],
    ["lane-opcua.yaml", ["gate", "weighbridge", "camera", "camera", "id-reader"]],
    ["lane-igv.yaml", ["gate", "weighbridge", "camera", "id-reader", "vehicle-link"]],
  ] as const) {
    it(`${name} has no mistake`, () => {
      const config = loadLaneConfig(join(folder, "examples", name));
      assert.deepEqual(
        devicesOf(config).map((device) => device.class),
        classes,
      );
    });
  }
});
