import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { ConfigError, type ConfigIssue } from "#config/issues";

/** A folder that is removed after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-config-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const LANE_YAML = `version: 1
site: huu-nghi
lane: lane-1
direction: EXPORT
dataDir: ./data
policy: ./policy.yaml
devices:
  gate:
    driver: modbus-gate
    host: 127.0.0.1
    port: 15020
    pollMs: 20
  scale:
    driver: modbus-weighbridge
    host: 127.0.0.1
    port: 15021
  front:
    driver: onvif-camera
    url: http://127.0.0.1:18081/onvif/device_service
    username: lane
    passwordFile: ./secrets/camera-password
    task: plate
    trigger: arrival
  side:
    driver: onvif-camera
    url: http://127.0.0.1:18083/onvif/device_service
    username: lane
    passwordFile: ./secrets/camera-password
    task: container
upstream:
  url: mqtt://127.0.0.1:18830
  trust:
    - kid: operations-1
      publicKeyFile: ./secrets/operations-1.pem
`;

/** Writes what a lane file refers to into `folder`. */
export function writeReferencedFiles(folder: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  write(folder, "policy.yaml", "version: 1\n");
  write(folder, "secrets/camera-password", "correct horse\n");
  write(folder, "secrets/two-lines", "one\ntwo\n");
  write(folder, "secrets/operations-1.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
  write(folder, "secrets/private.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  write(folder, "secrets/rsa.pem", rsa.publicKey.export({ type: "spki", format: "pem" }).toString());
}

export function write(folder: string, name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** The issues that `act` throws, or none. Anything else that is thrown is passed on. */
export function issuesOf(act: () => unknown): readonly ConfigIssue[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}
