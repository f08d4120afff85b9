import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { LaneError } from "#contract/errors";
import { subjectOf, thumbprintOf } from "./certificate-rules.ts";
import { loadLibrary, type OpcUaLibrary } from "./library.ts";

/** Folder of keys and certificates below the lane's data folder. */
export const PKI_FOLDER = "opcua";
/** Refused certificates kept for somebody to look at; a server that shows a new one each time must not fill the disk. */
const MOST_REFUSED = 32;
/** Life of the lane's own certificate, days. Servers trust it by hand, so it is not renewed under their feet. */
const OWN_VALIDITY_DAYS = 3650;

/** Application URI of this lane towards OPC UA servers. */
export const APPLICATION_URI = `urn:${hostname()}:gatelane`;

/** One making of keys at a time in a folder, however many devices start together. */
const making = new Map<string, Promise<void>>();

type Manager = InstanceType<OpcUaLibrary["OPCUACertificateManager"]>;

/** Keys and certificates of this lane: its own, the servers' that are trusted, and those that were refused. */
export class OpcUaPki {
  readonly manager: Manager;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly #folder: string;

  constructor(manager: Manager, folder: string) {
    this.manager = manager;
    this.#folder = folder;
    this.certificateFile = join(folder, "own", "certs", "lane.pem");
    this.keyFile = join(folder, "own", "private", "private_key.pem");
  }

  /** The folder may be changed from outside at any time, so it is read afresh by every opening. */
  static async open(library: OpcUaLibrary, dataDir: string): Promise<OpcUaPki> {
    const folder = join(dataDir, PKI_FOLDER);
    const manager = new library.OPCUACertificateManager({
      rootFolder: folder,
      automaticallyAcceptUnknownCertificate: false,
      disableFileWatchers: true,
    });
    const before = making.get(folder) ?? Promise.resolve();
    const pki = new OpcUaPki(manager, folder);
    const made = before.then(() => pki.#make());
    making.set(
      folder,
      made.catch(() => undefined),
    );
    await made;
    return pki;
  }

  /** Whether somebody has trusted this certificate, or the one that signed it. */
  async trusts(der: Buffer): Promise<boolean> {
    const verdict = await this.manager.verifyCertificate(der, { acceptCertificateWithValidIssuerChain: true });
    return verdict === "Good";
  }

  /** Keeps a refused certificate for `trustServerCertificate`. False when the folder is full. */
  async keepRefused(der: Buffer): Promise<boolean> {
    const refused = await refusedIn(this.#folder);
    if (refused.some(({ thumbprint }) => thumbprint === thumbprintOf(der))) return true;
    if (refused.length >= MOST_REFUSED) return false;
    await this.manager.rejectCertificate(der);
    return true;
  }

  async close(): Promise<void> {
    await this.manager.dispose();
  }

  async #make(): Promise<void> {
    await this.manager.initialize();
    const own = await readFile(this.certificateFile).catch(() => undefined);
    if (own !== undefined) return;
    await this.manager.createSelfSignedCertificate({
      applicationUri: APPLICATION_URI,
      dns: [hostname()],
      outputFile: this.certificateFile,
      startDate: new Date(),
      validity: OWN_VALIDITY_DAYS,
      subject: `/CN=Gatelane/O=${hostname()}`,
    });
  }
}

/** A server certificate that was refused and waits for somebody to trust it. */
export interface RefusedCertificate {
  /** SHA-1 over the certificate, 40 lower-case digits. */
  readonly thumbprint: string;
  readonly subject: string;
  readonly file: string;
}

/** Server certificates that were refused by the lane whose data folder this is. */
export async function refusedCertificates(dataDir: string): Promise<readonly RefusedCertificate[]> {
  return await refusedIn(join(dataDir, PKI_FOLDER));
}

/**
 * Trusts a server certificate that was refused, from now on and for every OPC UA device of the lane. Whoever calls this
 * has compared the thumbprint with the one that the device itself shows.
 * Rejects with LaneError DEVICE_AUTH when no refused certificate has this thumbprint.
 */
export async function trustServerCertificate(dataDir: string, thumbprint: string): Promise<RefusedCertificate> {
  const wanted = thumbprint.replace(/[\s:]/g, "").toLowerCase();
  const refused = await refusedCertificates(dataDir);
  const found = refused.find((candidate) => candidate.thumbprint === wanted);
  if (found === undefined) {
    const known = refused.map((candidate) => `${candidate.thumbprint} (${candidate.subject})`).join("; ") || "none";
    throw new LaneError("DEVICE_AUTH", `no refused certificate has the thumbprint ${wanted}; refused are: ${known}`);
  }
  const pki = await OpcUaPki.open(await loadLibrary(), dataDir);
  try {
    await pki.manager.trustCertificate(derOf(await readFile(found.file)));
    await rm(found.file, { force: true });
  } finally {
    await pki.close();
  }
  return found;
}

async function refusedIn(folder: string): Promise<RefusedCertificate[]> {
  const rejected = join(folder, "rejected");
  const names = await readdir(rejected).catch(() => []);
  const found: RefusedCertificate[] = [];
  for (const name of names.sort()) {
    const file = join(rejected, name);
    try {
      const der = derOf(await readFile(file));
      found.push({ thumbprint: thumbprintOf(der), subject: subjectOf(der), file });
    } catch {
      // Something else that lies in the folder is nobody's certificate.
    }
  }
  return found;
}

/** The first certificate of a PEM or DER file. */
function derOf(bytes: Buffer): Buffer {
  const pem = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(bytes.toString("latin1"))?.[1];
  return pem === undefined ? bytes : Buffer.from(pem, "base64");
}
