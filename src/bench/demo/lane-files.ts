import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import type { LanePolicy } from "#lanes/decision/policy";
import { type LaneDevices, numberOption, type Wiring } from "../fittings/fitting.ts";
import { SCALE_FITTINGS } from "../fittings/scales.ts";
import type { HardwarePorts } from "../hardware/hardware.ts";
import type { KeyPair } from "../operations/keys.ts";
import type { LaneDescription } from "./lane-description.ts";

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
  readonly dataDir: string;
  readonly database: string;
  readonly socket: string;
}

/** What is put into the place of a lane's surroundings on a bench. */
export interface BenchSurroundings {
  readonly folder: string;
  /** By device, what differs from the description because a simulator stands there. */
  readonly wirings: Readonly<Record<string, Wiring>>;
  readonly brokerUrl: string;
  readonly keys: KeyPair;
  /** The password of every device that asks for one. */
  readonly password: string;
  readonly speed: number;
}

const STANDARD_POLICY = fileURLToPath(new URL("../../../config/policies/standard.yaml", import.meta.url));

/** The lane that every bench has when nobody names another: Modbus TCP and ONVIF. Addresses come with the simulators. */
export function standardLane(options: { readonly onboard: boolean; readonly rear: boolean }): LaneDescription {
  const camera = (task: string, trigger: string, plateEvents: boolean) => ({
    driver: "onvif-camera",
    url: "http://127.0.0.1/onvif/device_service",
    username: CAMERA_USER,
    passwordFile: "./camera-password",
    task,
    trigger,
    plateEvents,
  });
  return {
    site: SITE,
    lane: LANE,
    direction: "EXPORT",
    policyFile: STANDARD_POLICY,
    shadowPolicyFile: null,
    devices: {
      gate: { driver: "modbus-gate", host: "127.0.0.1" },
      scale: { driver: "modbus-weighbridge", host: "127.0.0.1", pollMs: 20 },
      front: camera("plate", "arrival", options.onboard),
      ...(options.rear ? { rear: camera("plate", "scale", false) } : {}),
      side: camera("container", "scale", false),
    },
  };
}

/** Writes the configuration of the standard lane for a bench. */
export function writeLaneFiles(request: LaneFilesRequest): LaneFiles {
  const { ports, cameraPassword: password } = request;
  const camera = (port: number): Wiring => ({ options: { url: `http://127.0.0.1:${port}/onvif/device_service` } });
  const wirings = {
    gate: { options: { port: ports.gate } },
    scale: { options: { port: ports.weighbridge } },
    front: camera(ports.cameras.front),
    rear: camera(ports.cameras.rear),
    side: camera(ports.cameras.side),
  };
  return writeLane(standardLane(request), { ...request, wirings, password });
}

/** Writes the files that a technician would write for this lane, in a folder of their own. */
export function writeLane(lane: LaneDescription, bench: BenchSurroundings): LaneFiles {
  const { folder, brokerUrl, keys, speed } = bench;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "operations.pem"), keys.publicKeyPem);
  const policyFile = (name: string, from: string) => {
    writeFileSync(join(folder, name), stringify(policyAt(speed, from, samplePeriodMs(lane.devices))));
    return `./${name}`;
  };
  const config = {
    version: 1,
    site: lane.site,
    lane: lane.lane,
    direction: lane.direction,
    dataDir: "./data",
    policy: policyFile("policy.yaml", lane.policyFile),
    ...(lane.shadowPolicyFile === null ? {} : { shadowPolicyFile: policyFile("shadow.yaml", lane.shadowPolicyFile) }),
    devices: wiredDevices(lane.devices, bench),
    upstream: { url: brokerUrl, trust: [{ kid: keys.kid, publicKeyFile: "./operations.pem" }] },
  };
  const path = join(folder, "lane.yaml");
  writeFileSync(path, stringify(config));
  const dataDir = join(folder, "data");
  return { config: path, dataDir, database: join(dataDir, "lane.db"), socket: join(dataDir, "lane.sock") };
}

function wiredDevices(devices: LaneDevices, { folder, wirings, password }: BenchSurroundings): LaneDevices {
  const wired = Object.entries(devices).map(([id, entry]) => {
    if (entry["passwordFile"] === undefined) return [id, { ...entry, ...wirings[id]?.options }] as const;
    const passwordFile = `./${id}-password`;
    writeFileSync(join(folder, passwordFile), `${password}\n`, { mode: 0o600 });
    return [id, { ...entry, passwordFile, ...wirings[id]?.options }] as const;
  });
  return Object.fromEntries(wired);
}

/** Time between two weights as the lane file has it, milliseconds; the drivers' own figures are 100 at most. */
function samplePeriodMs(devices: LaneDevices): number {
  const scale = Object.values(devices).find(({ driver }) => driver in SCALE_FITTINGS);
  if (scale === undefined) return 20;
  return numberOption(scale, "pollMs") ?? numberOption(scale, "sampleMs") ?? 100;
}

/** Weights that must agree, in a fast lane. */
const STABLE_SAMPLES = 8;

/**
 * A policy with its waits shortened as much as the trucks are faster. What is judged stays the same.
 * @param sampleMs time between two weights, milliseconds; enough of them must fit into the time that is looked at.
 */
export function policyAt(speed: number, file: string = STANDARD_POLICY, sampleMs = 20): LanePolicy {
  const policy = parse(readFileSync(file, "utf8")) as LanePolicy;
  const faster = (ms: number, least: number) => Math.max(least, Math.round(ms / speed));
  return {
    ...policy,
    name: speed === 1 ? policy.name : `${policy.name}, times for ${speed}x`,
    identity: { ...policy.identity, framesPerCamera: 3, recaptureMs: faster(policy.identity.recaptureMs, 100) },
    weight: {
      ...policy.weight,
      stableWindowMs: faster(policy.weight.stableWindowMs, Math.max(250, 1.5 * STABLE_SAMPLES * sampleMs)),
      stableSamples: STABLE_SAMPLES,
    },
    timers: {
      ...policy.timers,
      arrivalDebounceMs: faster(policy.timers.arrivalDebounceMs, 50),
      underClearMs: faster(policy.timers.underClearMs, 50),
      vacatedMs: faster(policy.timers.vacatedMs, 200),
    },
  };
}
