import type { DeviceContext, FaultCode, IdReaderDevice } from "#contract/device";
import { isLaneError, LaneError } from "#contract/errors";
import type { MonotonicMs, UtcMs } from "#contract/units";
import { HealthReporter } from "../../transport/common/health-reporter.ts";
import { ReportLimiter } from "../../transport/common/report-limiter.ts";
import type { OpcUaConnection } from "../../transport/opcua/connection.ts";
import { faultOf } from "../../transport/opcua/errors.ts";
import { OpcUaSession } from "../../transport/opcua/session.ts";
import { bodiesIn } from "../../transport/opcua/structures.ts";
import type { EventFields } from "../../transport/opcua/subscription.ts";
import type { NodeValue } from "../../transport/opcua/values.ts";
import { type Identifier, readCode, readTag } from "../identifier.ts";
import type { IdReaderOpcUaOptions } from "./options.ts";
import { DEVICE_STATUS, findReader, type ReaderNodes, startScan } from "./reader-model.ts";
import { readScanResult, textOf } from "./scan-result.ts";

/** Time that the scan results may be off from that of the message they come in, milliseconds; both are the reader's. */
const OFF_LIMIT_MS = 5000;
/** Scan results of one event; more are not looked at. */
const MOST_RESULTS = 1000;
/** Events that the server keeps between two messages. */
const QUEUE_SIZE = 100;
/** A report that fits nothing is remembered so long, milliseconds, unless a good one follows. */
const TROUBLE_MS = 5000;
const TICK_MS = 500;
/** EventQueueOverflowEventType of the standard namespace: the server has dropped events. */
const OVERFLOW = "ns=0;i=3035";

interface Trouble {
  readonly code: FaultCode;
  readonly detail: string;
  readonly at: MonotonicMs;
}

/**
 * Driver of a reader by OPC 30010. What it scans comes as events, each with one or more scan results; its status comes
 * as a value beside them, and a reader that is idle or in error sees nothing and is down.
 */
export class OpcUaIdReader implements IdReaderDevice {
  readonly class = "id-reader";
  readonly id: string;
  readonly #options: IdReaderOpcUaOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #limiter: ReportLimiter;
  readonly #session: OpcUaSession;
  #ticker: NodeJS.Timeout | undefined;
  #status: NodeValue | undefined;
  #trouble: Trouble | undefined;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(id: string, options: IdReaderOpcUaOptions, context: DeviceContext, random: () => number = Math.random) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    this.#limiter = new ReportLimiter(options.repeatMs, options.mostPerSecond);
    const listener = {
      opened: (connection: OpcUaConnection) => this.#opened(connection),
      lost: (reason: LaneError) => this.#lost(reason),
    };
    this.#session = new OpcUaSession(options, context, listener, random);
  }

  async start(): Promise<void> {
    this.#session.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await this.#session.stop();
  }

  async #opened(connection: OpcUaConnection): Promise<void> {
    const { publishingMs } = this.#options;
    const nodes = await findReader(connection, this.#options.reader);
    if (this.#options.startScan) await startScan(connection, nodes);
    const onChange = (changes: ReadonlyMap<number, NodeValue>) => {
      this.#status = changes.get(0);
      this.#judge(connection, nodes);
    };
    const onEvents = (events: readonly EventFields[], sentUtc: UtcMs) => {
      for (const event of events) this.#event(event, sentUtc);
      this.#judge(connection, nodes);
    };
    const fields = [nodes.scanResult, "EventType"];
    const events = { node: nodes.reader, fields, queueSize: QUEUE_SIZE, onEvents };
    const request = { nodes: [nodes.status], publishingMs, samplingMs: publishingMs, onChange, events };
    await connection.subscribe(request, this.#context.clock);
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => this.#judge(connection, nodes), TICK_MS);
  }

  #lost(reason: LaneError): void {
    clearInterval(this.#ticker);
    this.#status = undefined;
    this.#trouble = undefined;
    this.#health.raise("down", faultOf(reason), reason.detail);
  }

  #event([results, type]: EventFields, sentUtc: UtcMs): void {
    if (String(type?.value) === OVERFLOW) return this.#complain("RANGE", "the server has dropped some of its events");
    // A reader tells about its diagnostics as well.
    if (results?.value === undefined || results.value === null) return;
    const bodies = bodiesIn(results);
    if (bodies === undefined || bodies.length > MOST_RESULTS) {
      return this.#complain("PROTOCOL", "an event without scan results, or with too many");
    }
    for (const body of bodies) this.#result(body, sentUtc);
  }

  #result(body: Uint8Array, sentUtc: UtcMs): void {
    const scanned = readScanResult(body);
    if (scanned.kind === "misfit") return this.#complain("PROTOCOL", scanned.why);
    const offMs = Math.round(scanned.scannedUtc - sentUtc);
    if (offMs < -OFF_LIMIT_MS) return this.#complain("STALE", `a scan result of ${-offMs} ms ago`);
    if (offMs > OFF_LIMIT_MS) return this.#complain("CLOCK", `a scan result of ${offMs} ms ahead of its own message`);
    const found = this.#identifierIn(scanned.data);
    if (found.kind === "misfit") return this.#complain("PROTOCOL", found.why);
    this.#trouble = undefined;
    if (found.kind !== "identifier") return;
    const { clock } = this.#context;
    const at = clock.monotonic();
    if (!this.#limiter.admit(found.id, "", false, at)) return;
    const { kind } = this.#options;
    this.#context.post({ type: "id-seen", device: this.id, at, utc: clock.utc(), kind, id: found.id });
  }

  #identifierIn(data: Uint8Array | string): Identifier {
    if (this.#options.kind === "tag") {
      const digits = typeof data === "string" ? data.trim() : Buffer.from(data).toString("hex");
      return readTag(digits, this.#options.epcDigits);
    }
    try {
      return readCode((typeof data === "string" ? data : textOf(data)).trim());
    } catch (error) {
      if (!isLaneError(error)) throw error;
      return { kind: "misfit", why: error.detail };
    }
  }

  #complain(code: FaultCode, detail: string): void {
    this.#trouble = { code, detail, at: this.#context.clock.monotonic() };
  }

  #judge(connection: OpcUaConnection, nodes: ReaderNodes): void {
    const status = this.#status;
    if (connection.reason !== undefined || status === undefined) return;
    const at = this.#context.clock.monotonic();
    const { value } = status;
    if (value === DEVICE_STATUS.idle && this.#options.startScan && nodes.scanStart !== undefined) {
      // Begun afresh, it is asked to scan again.
      connection.fail(new LaneError("DEVICE_EXCEPTION", "the reader has stopped scanning"));
    } else if (value === DEVICE_STATUS.idle) {
      this.#health.raise("down", "STALE", "the reader is idle: nobody has told it to scan");
    } else if (value !== DEVICE_STATUS.scanning && value !== DEVICE_STATUS.busy) {
      const what = value === DEVICE_STATUS.error ? "an error" : `the status ${String(value)} (${status.status})`;
      this.#health.raise("down", "EXCEPTION", `the reader reports ${what}`);
    } else if (this.#limiter.overflowing(at)) {
      const most = this.#options.mostPerSecond;
      this.#health.raise("degraded", "RANGE", `more than ${most} findings a second; the rest is dropped`);
    } else if (this.#trouble !== undefined && at - this.#trouble.at < TROUBLE_MS) {
      this.#health.raise("degraded", this.#trouble.code, this.#trouble.detail);
    } else {
      this.#health.clear();
    }
  }
}
