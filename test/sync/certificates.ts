import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** Whether certificates can be made here; Node itself cannot sign them. */
export const canMakeCertificates = spawnSync("openssl", ["version"]).status === 0;

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that lives as long as one test. */
export class ThrowAwayCa {
  readonly #folder: string;
  readonly cert: string;
  #issued = 0;

  constructor(t: TestContext, name: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "gatelane-ca-"));
    t.after(() => rmSync(this.#folder, { recursive: true, force: true }));
    this.#openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem", "-subj", `/CN=${name}`);
    this.cert = this.#read("ca.pem");
  }

  /** `days` below zero: it has expired. `address` is what the certificate is good for, `IP:127.0.0.1` for instance. */
  issue(name: string, { days = 2, address = "IP:127.0.0.1" } = {}): Certificate {
    this.#issued += 1;
    const file = (kind: string) => `${this.#issued}.${kind}`;
    writeFileSync(join(this.#folder, file("ext")), `subjectAltName=${address}\n`);
    this.#openssl("req", "-new", ...NEW_KEY, "-keyout", file("key"), "-out", file("csr"), "-subj", `/CN=${name}`);
    const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", String(this.#issued)];
    const made = ["-in", file("csr"), "-out", file("pem"), "-extfile", file("ext"), "-days", String(days)];
    this.#openssl("x509", "-req", ...issuer, ...made);
    return { cert: this.#read(file("pem")), key: this.#read(file("key")) };
  }

  #openssl(...args: string[]): void {
    const { status, stderr } = spawnSync("openssl", args, { cwd: this.#folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
  }

  #read(name: string): string {
    return readFileSync(join(this.#folder, name), "utf8");
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
