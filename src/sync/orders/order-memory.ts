import { existsSync } from "node:fs";
import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import { LaneError, messageOf } from "#contract/errors";
import type { OrderOutcome } from "#contract/order";
import type { UtcMs } from "#contract/units";

const closed = { additionalProperties: false };
const text = () => Type.String({ minLength: 1, maxLength: 100 });

/** One line of the file. */
const LineSchema = Type.Union([
  /** Whatever was issued up to this time is taken for known. */
  Type.Object({ floor: Type.Number() }, closed),
  Type.Object({ taken: text(), kid: text(), nonce: text(), digest: Type.String(), issuedAt: Type.Number() }, closed),
  Type.Object(
    {
      settled: text(),
      state: Type.Union([Type.Literal("done"), Type.Literal("refused"), Type.Literal("failed")]),
      code: Type.String(),
      detail: Type.String(),
    },
    closed,
  ),
]);
type Line = Static<typeof LineSchema>;
const isLine = new Ajv({ strict: true }).compile<Line>(LineSchema);

/** An order that was taken, and what came of it when that is known. */
export interface TakenOrder {
  readonly id: string;
  readonly kid: string;
  readonly nonce: string;
  /** SHA-256 over what was signed. */
  readonly digest: string;
  readonly issuedAt: UtcMs;
  readonly outcome: OrderOutcome | null;
}

const KEPT = 2_048;

/**
 * Which orders were taken, in a file beside the journal: written and flushed before an order goes on, so that the same
 * order is carried out once, also when the lane was restarted in between. What has been forgotten, and everything issued
 * before a file that is missing or damaged, counts as known.
 */
export class OrderMemory {
  readonly #path: string;
  readonly #now: () => UtcMs;
  readonly #kept: number;
  readonly #orders = new Map<string, TakenOrder>();
  readonly #nonces = new Set<string>();
  #floor: UtcMs = 0;
  #file: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** `kept`: so many orders are remembered at least; with twice as many, the older half is forgotten. */
  constructor(path: string, now: () => UtcMs, kept: number = KEPT) {
    this.#path = path;
    this.#now = now;
    this.#kept = kept;
  }

  /** Orders issued up to this time count as known. */
  get floor(): UtcMs {
    return this.#floor;
  }

  find(id: string): TakenOrder | undefined {
    return this.#orders.get(id);
  }

  nonceUsed(kid: string, nonce: string): boolean {
    return this.#nonces.has(`${kid} ${nonce}`);
  }

  /** Reads the file back, and makes it when there is none. Rejects with the system's error when it cannot be written. */
  async start(): Promise<void> {
    const whole = existsSync(this.#path) && (await this.#read());
    if (!whole) this.#floor = Math.max(this.#floor, this.#now());
    await this.#rewrite();
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Durable when resolved. Rejects with LaneError ORDER_UNRECORDED: then the order must not go on. */
  async take(order: Omit<TakenOrder, "outcome">): Promise<void> {
    const { id, kid, nonce, digest, issuedAt } = order;
    try {
      if (this.#orders.size >= 2 * this.#kept) await this.#queued(() => this.#forget());
      await this.#append({ taken: id, kid, nonce, digest, issuedAt });
    } catch (error) {
      throw new LaneError("ORDER_UNRECORDED", messageOf(error), { cause: error });
    }
    this.#remember({ ...order, outcome: null });
  }

  /** What came of an order. A disk that does not take it costs the answer after a restart, never the order. */
  async settle(outcome: OrderOutcome): Promise<void> {
    const order = this.#orders.get(outcome.id);
    if (order === undefined) return;
    this.#orders.set(order.id, { ...order, outcome });
    const { id, state, code, detail } = outcome;
    await this.#append({ settled: id, state, code, detail }).catch(() => undefined);
  }

  #remember(order: TakenOrder): void {
    this.#orders.set(order.id, order);
    this.#nonces.add(`${order.kid} ${order.nonce}`);
  }

  /** False when a line is damaged. Half a line at the end is what a power cut leaves: that order was never taken. */
  async #read(): Promise<boolean> {
    const lines = (await readFile(this.#path, "utf8")).split("\n").slice(0, -1);
    for (const text of lines) {
      const line = parsed(text);
      if (line === undefined) return false;
      if ("floor" in line) this.#floor = Math.max(this.#floor, line.floor);
      else if ("taken" in line) this.#remember({ ...line, id: line.taken, outcome: null });
      else this.#answered(line);
    }
    return this.#floor > 0;
  }

  #answered(line: Extract<Line, { settled: string }>): void {
    const order = this.#orders.get(line.settled);
    if (order === undefined) return;
    const { state, code, detail } = line;
    this.#orders.set(order.id, { ...order, outcome: { id: order.id, state, code, detail } });
  }

  async #forget(): Promise<void> {
    for (const order of [...this.#orders.values()].slice(0, -this.#kept)) {
      this.#floor = Math.max(this.#floor, order.issuedAt);
      this.#orders.delete(order.id);
      this.#nonces.delete(`${order.kid} ${order.nonce}`);
    }
    await this.#rewrite();
  }

  /** The file anew, with what is remembered; whole or not at all. */
  async #rewrite(): Promise<void> {
    const lines: Line[] = [{ floor: this.#floor }];
    for (const { id, kid, nonce, digest, issuedAt, outcome } of this.#orders.values()) {
      lines.push({ taken: id, kid, nonce, digest, issuedAt });
      if (outcome !== null) lines.push({ settled: id, ...resultOf(outcome) });
    }
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o640);
    await file.writeFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await file.sync();
    await rename(temporary, this.#path);
    const folder = await open(dirname(this.#path), "r");
    await folder.sync();
    await folder.close();
    await this.#file?.close();
    this.#file = file;
  }

  #append(line: Line): Promise<void> {
    return this.#queued(async () => {
      if (this.#file === undefined) throw new Error("the list of orders is not open");
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
    });
  }

  /** One write after the other. */
  #queued(write: () => Promise<void>): Promise<void> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

function resultOf({ state, code, detail }: OrderOutcome): Omit<OrderOutcome, "id"> {
  return { state, code, detail };
}

function parsed(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
