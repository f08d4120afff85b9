import { CommandFailure, EXIT } from "../exit.ts";

/** Who answers, and how the sheet names them. */
export type Answerer = "person" | "script" | "yes";

export type Answer = "yes" | "no" | "skip";

/** The technician before the device, or what stands in for one on a bench. */
export interface Person {
  readonly kind: Answerer;
  tell(text: string): void;
  /** One line that is written over the one before. */
  live(text: string): void;
  confirm(id: string, question: string): Promise<Answer>;
  /** A number, or null when the step is to be left out. */
  number(id: string, question: string): Promise<number | null>;
  /** Whether the person has given up waiting for what `id` is to see. */
  gaveUp(id: string): boolean;
  /** Nothing is asked any more. */
  close(): void;
}

/** Answers by id of the step: `yes`, `no`, `skip`, or a number. What is not named is left out. */
export type Script = Readonly<Record<string, Answer | number>>;

/** Reads a script. Throws CommandFailure when it is none. */
export function parseScript(text: string): Script {
  const mistake = (why: string) => new CommandFailure(EXIT.usage, "SCRIPT_INVALID", `the script with answers ${why}`);
  let script: unknown;
  try {
    script = JSON.parse(text);
  } catch {
    throw mistake("is not JSON");
  }
  if (typeof script !== "object" || script === null || Array.isArray(script)) throw mistake("is not an object");
  for (const [id, answer] of Object.entries(script)) {
    const fits = typeof answer === "number" || answer === "yes" || answer === "no" || answer === "skip";
    if (!fits) throw mistake(`has something else than yes, no, skip or a number under ${id}`);
  }
  return { ...script } as Script;
}

/** A machine that answers as it was told beforehand. Without a script it says yes to everything: for simulators only. */
export class ScriptedPerson implements Person {
  readonly kind: Answerer;
  readonly #script: Script | null;
  readonly #tell: (text: string) => void;

  constructor(script: Script | null, tell: (text: string) => void) {
    this.kind = script === null ? "yes" : "script";
    this.#script = script;
    this.#tell = tell;
  }

  tell(text: string): void {
    this.#tell(`${text}\n`);
  }

  live(): void {
    // Nobody watches.
  }

  async confirm(id: string): Promise<Answer> {
    const answer = this.#script === null ? "yes" : this.#script[id];
    return answer === "yes" || answer === "no" ? answer : "skip";
  }

  async number(id: string): Promise<number | null> {
    const answer = this.#script?.[id];
    return typeof answer === "number" ? answer : null;
  }

  gaveUp(id: string): boolean {
    return this.#script !== null && this.#script[id] === "skip";
  }

  close(): void {
    // Nothing is open.
  }
}
