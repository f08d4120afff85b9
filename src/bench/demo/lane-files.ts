import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import type { LanePolicy } from "#lanes/decision/policy";
import type { HardwarePorts } from "../hardware/hardware.ts";
import type { KeyPair } from "../operations/keys.ts";

export const SITE = "huu-nghi";
export const LANE = "lane-1";
export const CAMERA_USER = "lane";

export interface LaneFilesRequest {
  readonly folder: string;
  readonly ports: HardwarePorts;
  readonly brokerUrl: string;
  readonly keys: KeyPair;
  readonly cameraPassword: string;
  readonly speed: number;
  /** The front camera recognises plates by itself. */
  readonly onboard: boolean;
  /** Trailer plates are photographed too. */
  readonly rear: boolean;
}

export interface LaneFiles {
  readonly config: string;
  readonly database: string;
  readonly socket: string;
}

/** Writes the configuration of one lane for a bench: the files a technician would write, in a folder of their own. */
export function writeLaneFiles(request: LaneFilesRequest): LaneFiles {
  const { folder, ports, brokerUrl, keys, cameraPassword, speed } = request;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "camera-password"), `${cameraPassword}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "operations.pem"), keys.publicKeyPem);
  writeFileSync(join(folder, "policy.yaml"), stringify(policyAt(speed)));
  const camera = (port: number, task: string, trigger: string, plateEvents: boolean) => ({
    driver: "onvif-camera",
    url: `http://127.0.0.1:${port}/onvif/device_service`,
    username: CAMERA_USER,
    passwordFile: "./camera-password",
    task,
    trigger,
    plateEvents,
  });
  const config = {
    version: 1,
    site: SITE,
    lane: LANE,
    direction: "EXPORT",
    dataDir: "./data",
    policy: "./policy.yaml",
    devices: {
      gate: { driver: "modbus-gate", host: "127.0.0.1", port: ports.gate },
      scale: { driver: "modbus-weighbridge", host: "127.0.0.1", port: ports.weighbridge, pollMs: 20 },
      front: camera(ports.cameras.front, "plate", "arrival", request.onboard),
      ...(request.rear ? { rear: camera(ports.cameras.rear, "plate", "scale", false) } : {}),
      side: camera(ports.cameras.side, "container", "scale", false),
    },
    upstream: { url: brokerUrl, trust: [{ kid: keys.kid, publicKeyFile: "./operations.pem" }] },
  };
  const path = join(folder, "lane.yaml");
  writeFileSync(path, stringify(config));
  return { config: path, database: join(folder, "data", "lane.db"), socket: join(folder, "data", "lane.sock") };
}

const STANDARD = fileURLToPath(new URL("../../../config/policies/standard.yaml", import.meta.url));

/** The standard policy with the waits shortened as much as the trucks are faster. What is judged stays the same. */
export function policyAt(speed: number): LanePolicy {
  const policy = parse(readFileSync(STANDARD, "utf8")) as LanePolicy;
  const faster = (ms: number, least: number) => Math.max(least, Math.round(ms / speed));
  return {
    ...policy,
    name: speed === 1 ? policy.name : `${policy.name}, times for ${speed}x`,
    identity: { ...policy.identity, framesPerCamera: 3, recaptureMs: faster(policy.identity.recaptureMs, 100) },
    weight: { ...policy.weight, stableWindowMs: faster(policy.weight.stableWindowMs, 250), stableSamples: 8 },
    timers: {
      ...policy.timers,
      arrivalDebounceMs: faster(policy.timers.arrivalDebounceMs, 50),
      underClearMs: faster(policy.timers.underClearMs, 50),
      vacatedMs: faster(policy.timers.vacatedMs, 200),
    },
  };
}
