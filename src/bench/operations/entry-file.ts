import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { Ajv } from "ajv";
import { LaneError } from "#contract/errors";
import { type EventMessage, EventMessageSchema } from "#contract/upstream";

const isEvent = new Ajv({ strict: true }).compile<EventMessage>(EventMessageSchema);

/** Entries on the disk, one JSON object a line, in the order in which they came. */
export class EntryFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #dirty = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads back what is there; half a line at the end, left by a power cut, is cut off. Throws LaneError STORE_FAILED. */
  open(onEntry: (message: EventMessage) => void): void {
    if (existsSync(this.#path)) this.#read(onEntry);
    this.#descriptor = openSync(this.#path, "a", 0o640);
  }

  append(message: EventMessage): void {
    if (this.#descriptor === undefined) return;
    writeSync(this.#descriptor, `${JSON.stringify(message)}\n`);
    this.#dirty = true;
  }

  /** What was appended is on the disk when this returns. */
  flush(): void {
    if (this.#descriptor === undefined || !this.#dirty) return;
    fsyncSync(this.#descriptor);
    this.#dirty = false;
  }

  /** Safe to call twice. */
  close(): void {
    if (this.#descriptor === undefined) return;
    this.flush();
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #read(onEntry: (message: EventMessage) => void): void {
    const bytes = readFileSync(this.#path);
    const end = bytes.lastIndexOf("\n") + 1;
    if (end < bytes.byteLength) truncateSync(this.#path, end);
    const lines = bytes.subarray(0, end).toString("utf8").split("\n");
    lines.forEach((line, index) => {
      if (line === "") return;
      onEntry(entryOf(line, `${this.#path}, line ${index + 1}`));
    });
  }
}

function entryOf(line: string, place: string): EventMessage {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new LaneError("STORE_FAILED", `${place}: not JSON`);
  }
  if (!isEvent(message)) throw new LaneError("STORE_FAILED", `${place}: not an entry`);
  return message;
}
