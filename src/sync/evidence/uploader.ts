import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import { isLaneError, messageOf } from "#contract/errors";
import type { ToControl } from "#contract/messages";
import { type Clock, isoUtc, type MonotonicMs } from "#contract/units";
import { laneTopics } from "#contract/upstream";
import type { JournalReader } from "#store/journal-reader";
import { EMPTY_HEAD } from "#store/journal-rows";
import { Rejections } from "../rejections.ts";
import type { PictureLine } from "./picture-line.ts";
import type { EvidencePositionFile } from "./position-file.ts";
import { EvidenceQueue, type Picture } from "./queue.ts";

export interface EvidenceUploaderOptions {
  readonly site: string;
  readonly lane: string;
  readonly openJournal: () => JournalReader;
  /** The bytes of a picture; rejects with LaneError EVIDENCE_MISSING when they are gone or altered. */
  readonly readEvidence: (sha256: string) => Promise<Uint8Array>;
  readonly positionFile: EvidencePositionFile;
  readonly line: PictureLine;
  /** Pictures go when the link stands and every entry of the journal has gone before them. */
  readonly isQuiet: () => boolean;
  /** Most bytes a second on average. */
  readonly bytesPerSecond: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMessage: (message: ToControl) => void;
}

export interface EvidenceState {
  /** Pictures found in the journal and not sent. */
  readonly waiting: number;
  readonly sent: number;
  /** Pictures whose file was gone or altered, or that the broker will never take. */
  readonly lost: number;
}

const PAGE_ENTRIES = 200;
/** Time between two looks when there is nothing to do, milliseconds. */
const IDLE_MS = 1_000;
const RETRY_MIN_MS = 5_000;
const RETRY_MAX_MS = 3_600_000;
/** So many tries are more than half a day. */
const MAX_TRIES = 24;

interface Retry {
  readonly tries: number;
  readonly at: MonotonicMs;
}

/**
 * Sends the original pictures upstream, one at a time: those of held vehicles first, none while entries of the journal
 * wait. Where it stands survives a restart. A picture that cannot be sent is put aside, so that it stops no other.
 */
export class EvidenceUploader {
  readonly #options: EvidenceUploaderOptions;
  readonly #topics: ReturnType<typeof laneTopics>;
  readonly #rejections: Rejections;
  readonly #retries = new Map<string, Retry>();
  #queue: EvidenceQueue | undefined;
  #journal: JournalReader | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #wake: () => void = () => undefined;
  #wakeIdle: () => void = () => undefined;
  /** How long to rest after the last picture, so that the average is kept. */
  #restMs = 0;
  #sent = 0;
  #lost = 0;

  constructor(options: EvidenceUploaderOptions) {
    this.#options = options;
    this.#topics = laneTopics(options.site, options.lane);
    this.#rejections = new Rejections(options.clock, options.onMessage);
  }

  get state(): EvidenceState {
    return { waiting: this.#queue?.length ?? 0, sent: this.#sent, lost: this.#lost };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Breaks off a picture under way; it is sent again after the next start. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    this.#options.line.stop();
    await this.#running;
    this.#journal?.close();
    this.#journal = undefined;
  }

  /** There may be something to do: new entries, or a connection. */
  look(): void {
    this.#wakeIdle();
  }

  /** Operations ask for the pictures of a stretch of the journal again. */
  again(from: number, to: number): void {
    const entries = this.#reading((journal) => journal.range(from, to - from + 1)) ?? [];
    for (const entry of entries) this.#queue?.again(entry);
    this.look();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        if (!(await this.#turn())) await this.#idle();
      } catch (error) {
        const detail = messageOf(error);
        this.#options.log.warn({ event: "evidence.failed", detail }, "pictures cannot be sent right now");
        await this.#pause(RETRY_MIN_MS);
      }
    }
  }

  /** Sends one picture. Returns false when there is nothing to do. */
  async #turn(): Promise<boolean> {
    const queue = await this.#readJournal();
    if (queue === undefined || this.#stopped || !this.#options.isQuiet()) return false;
    const now = this.#options.clock.monotonic();
    const picture = queue.next((sha256) => (this.#retries.get(sha256)?.at ?? now) > now);
    if (picture === undefined) return false;
    const settled = await this.#send(picture);
    if (!settled) return false;
    queue.settle(picture.sha256);
    this.#retries.delete(picture.sha256);
    await this.#savePosition(queue);
    await this.#pause(this.#restMs);
    return true;
  }

  async #readJournal(): Promise<EvidenceQueue | undefined> {
    const hashAt = (seq: number) =>
      seq === 0 ? EMPTY_HEAD.hash : this.#reading((journal) => journal.entry(seq)?.hash);
    this.#queue ??= new EvidenceQueue(await this.#options.positionFile.load(hashAt));
    const queue = this.#queue;
    while (!this.#stopped && !queue.isFull) {
      const page = this.#reading((journal) => journal.range(queue.read + 1, PAGE_ENTRIES));
      if (page === undefined) return undefined;
      for (const entry of page) queue.take(entry);
      if (page.length < PAGE_ENTRIES) break;
      // A long journal is read without holding up what else this process does.
      await nextTurn();
    }
    return queue;
  }

  /** Returns true when the picture is done with, sent or lost. */
  async #send(picture: Picture): Promise<boolean> {
    const { line, bytesPerSecond, clock, log } = this.#options;
    this.#restMs = 0;
    const bytes = await this.#read(picture);
    if (bytes === undefined) return true;
    const startedAt = clock.monotonic();
    const outcome = await line.send({
      topic: this.#topics.evidence(picture.sha256),
      payload: bytes,
      contentType: "image/jpeg",
      user: { passage: picture.passage ?? "", seq: String(picture.seq), takenAt: isoUtc(picture.takenAt) },
    });
    if (this.#stopped) return outcome === "sent";
    switch (outcome) {
      case "sent":
        this.#sent += 1;
        this.#restMs = (bytes.byteLength / bytesPerSecond) * 1000 - (clock.monotonic() - startedAt);
        return true;
      case "too-large":
        return this.#lose(picture, "MESSAGE_TOO_LARGE", `the broker takes no message of ${bytes.byteLength} bytes`);
      case "broken":
        log.warn({ event: "evidence.broken", sha256: picture.sha256, detail: line.detail }, "a picture was not taken");
        return this.#putAside(picture);
      case "unreachable":
        log.debug({ event: "evidence.unreachable", detail: line.detail }, "no connection for pictures");
        await this.#pause(RETRY_MIN_MS);
        return false;
    }
  }

  /** Undefined when the picture is gone or altered, and that was reported. */
  async #read(picture: Picture): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.readEvidence(picture.sha256);
    } catch (error) {
      if (!isLaneError(error, "EVIDENCE_MISSING")) throw error;
      const cause = error.cause instanceof Error && "code" in error.cause ? error.cause.code : undefined;
      // Anything but a missing file may be over in a moment.
      if (cause !== undefined && cause !== "ENOENT") throw error;
      const why = cause === "ENOENT" ? "its file is gone" : "its file was altered";
      this.#lose(picture, "EVIDENCE_MISSING", why);
      return undefined;
    }
  }

  #lose(picture: Picture, code: "EVIDENCE_MISSING" | "MESSAGE_TOO_LARGE" | "MESSAGE_REFUSED", why: string): true {
    this.#lost += 1;
    const detail = `picture ${picture.sha256} of entry ${picture.seq}: ${why}`;
    this.#options.log.error({ event: "evidence.lost", code, detail }, "a picture will not be sent");
    this.#rejections.add("evidence", code, detail);
    return true;
  }

  #putAside(picture: Picture): boolean {
    const tries = (this.#retries.get(picture.sha256)?.tries ?? 0) + 1;
    if (tries >= MAX_TRIES) return this.#lose(picture, "MESSAGE_REFUSED", `the broker did not take it ${tries} times`);
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (tries - 1));
    this.#retries.set(picture.sha256, { tries, at: this.#options.clock.monotonic() + waitMs });
    return false;
  }

  async #savePosition(queue: EvidenceQueue): Promise<void> {
    const position = queue.position();
    const hash = position.seq === 0 ? EMPTY_HEAD.hash : this.#reading((journal) => journal.entry(position.seq)?.hash);
    if (hash !== undefined) await this.#options.positionFile.save(position, hash);
  }

  async #idle(): Promise<void> {
    const pause = this.#pause(IDLE_MS);
    this.#wakeIdle = this.#wake;
    await pause;
    this.#wakeIdle = () => undefined;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#stopped || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #reading<T>(read: (journal: JournalReader) => T): T | undefined {
    try {
      this.#journal ??= this.#options.openJournal();
      return read(this.#journal);
    } catch {
      // There is no journal yet, or it cannot be read now; whoever writes it says so.
      this.#journal?.close();
      this.#journal = undefined;
      return undefined;
    }
  }
}
