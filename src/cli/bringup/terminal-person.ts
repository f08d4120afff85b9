import { createInterface, type Interface } from "node:readline";
import type { Answer, Person } from "./person.ts";

const CLEAR_LINE = "\r\x1b[2K";

/** A technician at a terminal. An empty line while something is waited for leaves that step out. */
export class TerminalPerson implements Person {
  readonly kind = "person";
  readonly #lines: Interface;
  #waiting: ((line: string) => void) | undefined;
  #empty = false;
  #live = false;

  constructor() {
    this.#lines = createInterface({ input: process.stdin, output: process.stderr });
    this.#lines.on("line", (line) => this.#take(line));
    // Ctrl-C ends the command; what was done is kept and taken up again.
    this.#lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
    // Nobody is there any more: what is asked gets no answer.
    this.#lines.on("close", () => this.#waiting?.("skip"));
  }

  tell(text: string): void {
    this.#endLive();
    this.#empty = false;
    process.stderr.write(`${text}\n`);
  }

  live(text: string): void {
    this.#live = true;
    process.stderr.write(`${CLEAR_LINE}  ${text}`);
  }

  async confirm(_id: string, question: string): Promise<Answer> {
    for (;;) {
      const answer = (await this.#ask(`${question} [yes / no / skip] `)).trim().toLowerCase();
      if (answer === "yes" || answer === "no" || answer === "skip") return answer;
      if (answer === "y" || answer === "n") return answer === "y" ? "yes" : "no";
    }
  }

  async number(_id: string, question: string): Promise<number | null> {
    for (;;) {
      const answer = (await this.#ask(`${question} [a number, or skip] `)).trim().toLowerCase();
      if (answer === "skip") return null;
      if (/^\d+(\.\d+)?$/.test(answer)) return Number(answer);
    }
  }

  gaveUp(): boolean {
    return this.#empty;
  }

  close(): void {
    this.#endLive();
    this.#lines.close();
  }

  async #ask(question: string): Promise<string> {
    this.#endLive();
    process.stderr.write(question);
    const line = await new Promise<string>((resolve) => {
      this.#waiting = resolve;
    });
    this.#waiting = undefined;
    return line;
  }

  #take(line: string): void {
    if (this.#waiting !== undefined) this.#waiting(line);
    else this.#empty = true;
  }

  #endLive(): void {
    if (this.#live) process.stderr.write("\n");
    this.#live = false;
  }
}
