import type { DeviceContext } from "#contract/device";
import { LaneError } from "#contract/errors";
import { faultCodeOf, HealthReporter } from "../common/health-reporter.ts";
import { ReportLimiter } from "../common/report-limiter.ts";
import { FrameSplitter } from "./frame-splitter.ts";
import { LineSession } from "./line-session.ts";
import type { ReaderSettings } from "./reader-options.ts";

/** Longest line, bytes. */
export const MOST_LINE_BYTES = 1024;

/** What a line was. */
export type LineFinding =
  /** What is found, and how it was found. `tell` is called when that is to be told. */
  | {
      readonly kind: "finding";
      readonly subject: string;
      readonly value: string;
      readonly urgent: boolean;
      tell(): void;
    }
  /** Well-formed and none of the lane's business. */
  | { readonly kind: "stranger" }
  | { readonly kind: "misfit"; readonly why: string };

/**
 * The part that all readers of text lines share: keeps the line open, cuts it into lines of UTF-8, watches the
 * heartbeat, tells nothing twice and nothing too often, and reports health.
 */
export class LineReader {
  readonly #settings: ReaderSettings;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #limiter: ReportLimiter;
  readonly #session: LineSession;
  readonly #read: (line: string) => LineFinding;
  #splitter = newSplitter();
  #silence: NodeJS.Timeout | undefined;

  /** @param read says what one line is; it must not throw. @param random gives numbers in 0..1. */
  constructor(
    id: string,
    settings: ReaderSettings,
    context: DeviceContext,
    read: (line: string) => LineFinding,
    random: () => number,
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#read = read;
    this.#health = new HealthReporter(id, context);
    this.#limiter = new ReportLimiter(settings.repeatMs, settings.mostPerSecond);
    const listener = {
      opened: () => this.#opened(),
      bytes: (chunk: Uint8Array) => this.#bytes(chunk),
      lost: (reason: LaneError) => this.#lost(reason),
    };
    this.#session = new LineSession(settings, listener, random);
  }

  start(): void {
    this.#session.start();
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    clearTimeout(this.#silence);
    await this.#session.stop();
    clearTimeout(this.#silence);
  }

  #opened(): void {
    this.#splitter = newSplitter();
    // Most readers say nothing while they see nothing: an open line is all that can be known of them.
    if (this.#settings.heartbeat === undefined) this.#health.clear();
    this.#expectLine();
  }

  #lost(reason: LaneError): void {
    clearTimeout(this.#silence);
    this.#health.raise("down", faultCodeOf(reason), reason.detail);
  }

  #bytes(chunk: Uint8Array): void {
    for (const cut of this.#splitter.push(chunk)) {
      if ("misfit" in cut) {
        this.#health.raise("degraded", "PROTOCOL", cut.misfit);
      } else {
        this.#line(cut.text);
      }
    }
  }

  #line(bytes: string): void {
    const line = utf8(bytes)?.trim();
    if (line === "") return;
    const finding: LineFinding =
      line === undefined
        ? { kind: "misfit", why: "a line that is not UTF-8" }
        : line === this.#settings.heartbeat
          ? { kind: "stranger" }
          : this.#read(line);
    if (finding.kind === "misfit") {
      this.#health.raise("degraded", "PROTOCOL", finding.why);
      return;
    }
    this.#session.proven();
    this.#expectLine();
    const at = this.#context.clock.monotonic();
    if (finding.kind === "finding") {
      const { subject, value, urgent } = finding;
      if (this.#limiter.admit(subject, value, urgent, at)) finding.tell();
    }
    if (this.#limiter.overflowing(at)) {
      const most = this.#settings.mostPerSecond;
      this.#health.raise("degraded", "RANGE", `more than ${most} findings a second; the rest is dropped`);
    } else {
      this.#health.clear();
    }
  }

  #expectLine(): void {
    clearTimeout(this.#silence);
    const { heartbeat, silenceMs } = this.#settings;
    if (heartbeat === undefined) return;
    const reason = new LaneError("DEVICE_TIMEOUT", `no line, not even the heartbeat, within ${silenceMs} ms`);
    this.#silence = setTimeout(() => this.#session.reopen(reason), silenceMs);
  }
}

/** Lines end with LF; a CR before it is trimmed. The first line after opening is taken whole: readers begin with one. */
function newSplitter(): FrameSplitter {
  return new FrameSplitter({ end: "\n", maxLength: MOST_LINE_BYTES, wholeFromTheStart: true });
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** @param bytes one character a byte. */
function utf8(bytes: string): string | undefined {
  try {
    return decoder.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}
