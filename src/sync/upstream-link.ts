import { join } from "node:path";
import type { LaneSnapshot, ToControl } from "#contract/messages";
import type { MonotonicMs } from "#contract/units";
import { PictureLine } from "./evidence/picture-line.ts";
import { EvidencePositionFile } from "./evidence/position-file.ts";
import { EvidenceUploader } from "./evidence/uploader.ts";
import { HealthBeat } from "./health-beat.ts";
import { ProtocolChoice } from "./protocol-version.ts";
import { Uplink, type UplinkOptions } from "./uplink.ts";

export interface UpstreamLinkOptions extends UplinkOptions {
  /** Folder of the journal; the position of the evidence upload is kept there. */
  readonly dataDir: string;
  /** The bytes of a picture; rejects with LaneError EVIDENCE_MISSING when they are gone or altered. */
  readonly readEvidence: (sha256: string) => Promise<Uint8Array>;
  /** Most bytes of pictures a second on average. Default 131,072, one megabit a second. */
  readonly evidenceBytesPerSecond?: number;
  /** Time between two health messages, milliseconds. Default 10,000. */
  readonly healthEveryMs?: number;
}

const EVIDENCE_BYTES_PER_SECOND = 128 * 1024;
/** An unchanged snapshot is sent again after this time, so that a broker that lets it expire has it, milliseconds. */
const SNAPSHOT_REFRESH_MS = 60_000;
const KEEPALIVE_SECONDS = 15;
const CONNECT_TIMEOUT_MS = 10_000;

/** Everything that goes from one lane to central operations: entries, status, snapshot, health and pictures. */
export class UpstreamLink {
  readonly #options: UpstreamLinkOptions;
  readonly #protocol = new ProtocolChoice();
  readonly #uplink: Uplink;
  readonly #evidence: EvidenceUploader;
  readonly #health: HealthBeat;
  #snapshot: LaneSnapshot | undefined;
  #shown = "";
  #shownAt: MonotonicMs = Number.NEGATIVE_INFINITY;

  /** Throws LaneError CONFIG_INVALID when a trusted key is unusable. */
  constructor(options: UpstreamLinkOptions) {
    this.#options = options;
    const { site, lane, boot, clock, dataDir } = options;
    this.#uplink = new Uplink({
      ...options,
      protocol: this.#protocol,
      onMessage: (message) => this.#handOn(message),
      onReplay: (from, to) => this.#evidence.again(from, to),
    });
    this.#evidence = this.#uploader();
    this.#health = new HealthBeat({
      site,
      lane,
      boot,
      dataDir,
      clock,
      parts: () => ({
        devices: (this.#snapshot?.devices ?? []).map((device) => ({ ...device })),
        queue: this.#uplink.depth(),
        evidence: this.#evidence.state,
        rejected: this.#uplink.rejected + (options.commands?.rejected ?? 0),
      }),
      publish: (message) => this.#uplink.publishHealth(message),
      ...(options.healthEveryMs === undefined ? {} : { everyMs: options.healthEveryMs }),
    });
  }

  /** Returns at once; an absent broker is tried again until `stop`. */
  start(): void {
    this.#uplink.start();
    this.#evidence.start();
    this.#health.start();
  }

  /** Says goodbye and closes. Safe to call twice. */
  async stop(): Promise<void> {
    this.#health.stop();
    await this.#evidence.stop();
    await this.#uplink.stop();
  }

  /** Entries up to `seq` are durable. */
  headAdvanced(seq: number): void {
    this.#uplink.headAdvanced(seq);
    this.#evidence.look();
  }

  /** Operations hold everything up to `seq`, and the cursor in the store is durable. */
  cursorAdvanced(seq: number): void {
    this.#uplink.cursorAdvanced(seq);
  }

  /** What the lane looks like now. The same again costs nothing upstream. */
  publishSnapshot(snapshot: LaneSnapshot): void {
    this.#snapshot = snapshot;
    const now = this.#options.clock.monotonic();
    const text = JSON.stringify(snapshot);
    if (text === this.#shown && now - this.#shownAt < SNAPSHOT_REFRESH_MS) return;
    this.#shown = text;
    this.#shownAt = now;
    this.#uplink.publishSnapshot(snapshot);
  }

  #handOn(message: ToControl): void {
    this.#options.onMessage(message);
    if (message.type === "link" && message.up) this.#evidence.look();
  }

  #uploader(): EvidenceUploader {
    const { site, lane, url, clientId, credentials, openJournal, readEvidence, dataDir } = this.#options;
    const { clock, log, onMessage, evidenceBytesPerSecond = EVIDENCE_BYTES_PER_SECOND } = this.#options;
    return new EvidenceUploader({
      site,
      lane,
      openJournal,
      readEvidence,
      positionFile: new EvidencePositionFile(join(dataDir, "evidence-upload.json")),
      line: new PictureLine({
        url,
        // A broker allows one connection under a name.
        clientId: `${clientId}-evidence`,
        version: () => this.#protocol.version,
        ...(credentials === undefined ? {} : { credentials }),
        keepaliveSeconds: this.#options.keepaliveSeconds ?? KEEPALIVE_SECONDS,
        connectTimeoutMs: this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        slowestBytesPerSecond: evidenceBytesPerSecond / 16,
      }),
      isQuiet: () => this.#uplink.isUp && this.#uplink.depth()?.unsent === 0,
      bytesPerSecond: evidenceBytesPerSecond,
      clock,
      log,
      onMessage,
    });
  }
}
