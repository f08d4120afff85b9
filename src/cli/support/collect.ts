import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { dirname, join, resolve } from "node:path";
import { readOutline } from "#config/outline";
import { parseYaml } from "#config/yaml-document";
import { messageOf } from "#contract/errors";
import { isoUtc } from "#contract/units";
import { examine } from "../doctor/doctor.ts";
import type { LaneClient } from "../lane-client.ts";
import { cleanData, secretsIn } from "./secrets.ts";

/** Newest journal entries that go along. */
const ENTRIES = 500;
/** Newest lines of the daemon's log that go along. */
const LOG_LINES = 2000;

/** What a maintainer needs to understand a lane from far away. Nothing secret is in it, and no picture. */
export interface SupportBundle {
  readonly format: "gatelane.support/1";
  readonly madeAt: string;
  readonly machine: unknown;
  readonly findings: unknown;
  readonly files: Readonly<Record<string, string>>;
  readonly lane: unknown;
  readonly log: string;
}

/** Collects what there is; what cannot be had is said in its place. */
export async function collect(file: string, client: LaneClient): Promise<SupportBundle> {
  const { dataDir, policy } = readOutline(file);
  const secrets = secretsIn(secretFiles(file, dataDir));
  const ask = (path: string) => client.get<unknown>(path).catch((error: unknown) => ({ missing: messageOf(error) }));
  const devices = await client.get<readonly { readonly id: string }[]>("/devices").catch(() => []);
  const bundle: SupportBundle = {
    format: "gatelane.support/1",
    madeAt: isoUtc(Date.now()),
    machine: {
      node: process.versions.node,
      platform: `${platform()} ${release()} ${arch()}`,
      processors: cpus().length,
      memoryMiB: Math.round(totalmem() / 1024 ** 2),
    },
    findings: await examine(file, client),
    files: Object.fromEntries([file, ...(policy === undefined ? [] : [policy])].map((one) => [one, textOf(one)])),
    lane: {
      status: await ask("/status"),
      passages: await ask("/passages?limit=50"),
      journal: await ask(`/journal/tail?n=${ENTRIES}`),
      devices: await Promise.all(devices.map(({ id }) => ask(`/devices/${encodeURIComponent(id)}`))),
    },
    log: log(),
  };
  return cleanData(bundle, secrets) as SupportBundle;
}

const SECRET_FILES = /^(?:passwordFile|keyFile|challengeKeyFile)$/;

/** Every file that the lane file names as a secret, and every private key in the data folder. */
function secretFiles(file: string, dataDir: string | undefined): readonly string[] {
  const { value } = parseYaml(file, textOf(file));
  const named = filesIn(value).map((one) => resolve(dirname(file), one));
  return [...named, ...(dataDir === undefined ? [] : privateKeysIn(dataDir))];
}

function filesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    if (typeof one === "string") return SECRET_FILES.test(key) ? [one] : [];
    return filesIn(one);
  });
}

function privateKeysIn(dataDir: string): readonly string[] {
  const folders = [dataDir, join(dataDir, "opcua", "own", "private")].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /private.*\.pem$/.test(name))
      .map((name) => join(folder, name)),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    return `(cannot be read: ${messageOf(error)})`;
  }
}

/** The daemon's log, where systemd keeps it. */
function log(): string {
  const { status, stdout } = spawnSync(
    "journalctl",
    ["-u", "laned", "-n", String(LOG_LINES), "--no-pager", "-o", "cat"],
    {
      encoding: "utf8",
      timeout: 20_000,
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  return status === 0 ? stdout : "(no log of a service laned can be had here)";
}
