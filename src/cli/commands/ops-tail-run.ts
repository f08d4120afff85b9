import { readFileSync } from "node:fs";
import type { LaneReport, Taken } from "#bench/operations/chain-book";
import { EntryFile } from "#bench/operations/entry-file";
import { Operations } from "#bench/operations/operations";
import { readPassword, readPublicKey } from "#config/secrets";
import { LaneError, messageOf } from "#contract/errors";
import type { EventMessage } from "#contract/upstream";
import { type LanePublicKey, parsePublicKey } from "#store/lane-key";
import { InboundReader } from "#sync/inbound";
import type { BrokerCredentials } from "#sync/session";
import type { SigningKey } from "#sync/sign";
import { createVerifier } from "#sync/verify";
import { CommandFailure, EXIT } from "../exit.ts";
import type { NamedFile } from "../named-file.ts";
import { SiteAudit } from "../ops-tail/site-audit.ts";
import { clockTime, jsonText, type Output, shown } from "../terminal/output.ts";

export interface OpsTailOptions {
  readonly url: string;
  readonly site: string;
  readonly trustKey?: readonly NamedFile[];
  readonly laneKey?: readonly NamedFile[];
  readonly ndjson?: string;
  readonly ack?: boolean;
  readonly key?: NamedFile;
  readonly idle?: number;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly certificateKeyFile?: string;
}

/** How long the broker may take to let us in, milliseconds. */
const CONNECT_LIMIT_MS = 10_000;
const DATA_LENGTH = 120;

/** What is wrong with an entry, for people. */
const WRONG: Readonly<Partial<Record<Taken, string>>> = {
  fork: "FORK: another entry came before under this number",
  altered: "ALTERED: the content does not have its hash",
  unlinked: "BROKEN: it does not fit the entry before or after it",
};

/** Follows a site until Ctrl-C, SIGTERM or `idle`. Returns false when something was wrong with what a lane has sent. */
export async function opsTail(options: OpsTailOptions, json: boolean, output: Output): Promise<boolean> {
  const tail = new OpsTail(options, json, output);
  return tail.run();
}

class OpsTail {
  readonly #options: OpsTailOptions;
  readonly #json: boolean;
  readonly #output: Output;
  readonly #operations: Operations;
  readonly #readers = new Map<string, InboundReader>();
  readonly #audit: SiteAudit;
  #good = true;
  #lastDetail = "no answer";
  /** We close the connection ourselves: that it is gone then is no news. */
  #leaving = false;
  /** Unknown until the broker has let us in: a pause begins with something that it follows. */
  #heardAt: number | undefined;

  constructor(options: OpsTailOptions, json: boolean, output: Output) {
    this.#options = options;
    this.#json = json;
    this.#output = output;
    const { url, site, ndjson, trustKey = [] } = options;
    const keys = signingKey(options);
    this.#audit = new SiteAudit({
      laneKeys: laneKeys(options),
      hashAt: (lane, seq) => this.#operations.hashAt(lane, seq),
    });
    this.#operations = new Operations({
      url,
      site,
      credentials: credentialsOf(options),
      clientId: `ops-tail-${site}-${keys?.kid ?? process.pid}`,
      keepEntries: false,
      // Only who acknowledges has to hold everything from the first entry on.
      fromGenesis: keys !== undefined,
      ...(keys === undefined ? {} : { keys }),
      ...(ndjson === undefined ? {} : { file: ndjson }),
      observer: {
        onEntry: (message, taken) => this.#entry(message, taken),
        onMalformed: (topic) => this.#problem(`malformed message on ${topic}`),
        onConnection: (up, detail) => this.#connection(up, detail),
        ...(trustKey.length === 0 ? {} : { onAck: (lane, topic, payload) => void this.#ack(lane, topic, payload) }),
      },
    });
  }

  async run(): Promise<boolean> {
    this.#readBack();
    const started = this.#operations.start().then(() => "in" as const);
    const limit = new Promise<void>((resolve) => setTimeout(resolve, CONNECT_LIMIT_MS).unref());
    const ended = this.#ended();
    try {
      if ((await Promise.race([started, limit, ended])) !== "in") {
        throw new CommandFailure(
          EXIT.unavailable,
          "BROKER_UNREACHABLE",
          `the broker lets nobody in: ${this.#lastDetail}`,
        );
      }
      await ended;
    } finally {
      this.#leaving = true;
      await this.#operations.stop();
    }
    for (const lane of this.#operations.lanes()) this.#summary(lane, this.#operations.report(lane));
    if (this.#audit.checkpoints > 0)
      this.#output.writeError(`${this.#audit.checkpoints} signed checkpoints are good\n`);
    return this.#good;
  }

  /** What was stored before counts when something is used a second time. */
  #readBack(): void {
    if (this.#options.ndjson === undefined) return;
    const file = new EntryFile(this.#options.ndjson);
    file.open((message) => {
      for (const problem of this.#audit.check(message)) this.#problem(problem);
    });
    file.close();
  }

  /** Ctrl-C, SIGTERM, or a pause of `idle` seconds. */
  #ended(): Promise<void> {
    const { idle } = this.#options;
    return new Promise((resolve) => {
      const end = (): void => {
        clearInterval(timer);
        process.off("SIGINT", end).off("SIGTERM", end);
        resolve();
      };
      const timer = setInterval(() => {
        if (idle === undefined || this.#heardAt === undefined) return;
        if (performance.now() - this.#heardAt > idle * 1000) end();
      }, 100);
      // Without a broker nothing is waited for; the connection keeps the process alive.
      timer.unref();
      process.once("SIGINT", end).once("SIGTERM", end);
    });
  }

  #connection(up: boolean, detail: string): void {
    if (up) this.#heardAt = performance.now();
    if (!up && !this.#leaving && detail !== this.#lastDetail)
      this.#output.writeError(`not connected: ${shown(detail)}\n`);
    this.#lastDetail = detail;
  }

  #entry(message: EventMessage, taken: Taken): void {
    this.#heardAt = performance.now();
    if (taken === "again") return;
    const wrong = WRONG[taken];
    if (wrong !== undefined) this.#good = false;
    else for (const problem of this.#audit.check(message)) this.#problem(problem);
    const { lane, seq, utc, type, passage, data } = message;
    if (this.#json)
      return this.#output.write(jsonText(wrong === undefined ? message : { problem: taken, ...message }, 0));
    const text = JSON.stringify(data) ?? "";
    const short = text.length > DATA_LENGTH ? `${text.slice(0, DATA_LENGTH)}...` : text;
    const head = [shown(lane).padEnd(8), String(seq).padStart(7), clockTime(utc, true), shown(type).padEnd(18)];
    const { red } = this.#output.colours;
    this.#output.write(`${head.join("  ")}  ${shown(passage)}  ${shown(short)}\n`);
    if (wrong !== undefined) this.#output.write(`${red(`${shown(lane)} ${seq}: ${wrong}`)}\n`);
  }

  /** An acknowledgement that somebody has published: signed by whom we trust, and about this chain? */
  async #ack(lane: string, topic: string, payload: Uint8Array): Promise<void> {
    try {
      const { kind, message } = await this.#reader(lane).read({ topic, payload, retained: true });
      if (kind !== "ack") return;
      const held = this.#operations.hashAt(lane, message.seq);
      if (held !== undefined && held !== message.hash) {
        this.#problem(`FORGED: an acknowledgement of ${lane} names another hash for entry ${message.seq}`);
      } else if (!this.#json) {
        this.#output.write(this.#output.colours.dim(`${shown(lane)}: acknowledged up to ${message.seq}\n`));
      }
    } catch (error) {
      this.#problem(`FORGED: an acknowledgement of ${lane}: ${messageOf(error)}`);
    }
  }

  #reader(lane: string): InboundReader {
    const { site, trustKey = [] } = this.#options;
    const trust = trustKey.map(({ kid, file }) => ({ kid, publicKeyPem: readPublicKey(file) }));
    const reader = this.#readers.get(lane) ?? new InboundReader({ site, lane, verifier: createVerifier(trust) });
    this.#readers.set(lane, reader);
    return reader;
  }

  #problem(text: string): void {
    this.#good = false;
    this.#output.writeError(`${shown(text)}\n`);
  }

  #summary(lane: string, { received, gaps, duplicates, redelivered, chainOk, head }: LaneReport): void {
    const stated = this.#operations.status(lane)?.head?.seq;
    if (received === 0 && stated !== undefined) {
      const text = `no entry came; its journal ended with ${stated} when it said so last`;
      return this.#output.writeError(`${shown(lane)}: ${text}. What nobody acknowledges comes again every 30 s\n`);
    }
    // While a lane is sending, a gap is nothing; at rest it is one.
    if (this.#options.idle !== undefined && gaps.length > 0) this.#good = false;
    const missing = gaps.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
    const verdict = chainOk && duplicates === 0 ? "chain whole" : "CHAIN BROKEN";
    const parts = [
      `${received} entries up to ${head?.seq ?? 0}`,
      verdict,
      gaps.length === 0 ? "no gap" : `missing ${missing}`,
      `${duplicates} forks`,
      `${redelivered} came again`,
    ];
    this.#output.writeError(`${shown(lane)}: ${parts.join(", ")}\n`);
  }
}

function signingKey({ ack, key, ndjson }: OpsTailOptions): SigningKey | undefined {
  if (ack !== true) return undefined;
  if (key === undefined) throw new CommandFailure(EXIT.usage, "USAGE", "--ack needs --key, to sign with");
  if (ndjson === undefined) {
    throw new CommandFailure(EXIT.usage, "USAGE", "--ack needs --ndjson: it says that the entries are stored");
  }
  return { kid: key.kid, privateKeyPem: readText(key.file) };
}

/** Each named after its lane; the id of the key is its own hash. */
function laneKeys({ laneKey = [] }: OpsTailOptions): ReadonlyMap<string, LanePublicKey> {
  return new Map(laneKey.map(({ kid: lane, file }) => [lane, parsePublicKey(readPublicKey(file))]));
}

function credentialsOf(options: OpsTailOptions): BrokerCredentials {
  const { username, passwordFile, caFile, certificateFile, certificateKeyFile } = options;
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readPassword(passwordFile) }),
    ...(caFile === undefined ? {} : { ca: readText(caFile) }),
    ...(certificateFile === undefined ? {} : { cert: readText(certificateFile) }),
    ...(certificateKeyFile === undefined ? {} : { key: readText(certificateKeyFile) }),
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new LaneError("CONFIG_INVALID", messageOf(error), { cause: error });
  }
}
