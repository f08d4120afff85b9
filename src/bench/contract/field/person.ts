import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { NotApplicable } from "../check.ts";

/** Somebody at the device who does what the bench cannot. */
export interface Person {
  /** Asks for an action and waits until it is done; resolves with what was typed. Rejects with NotApplicable on `s`. */
  ask(request: string): Promise<string>;
}

/** Whoever sits at the terminal. @param lines where they type. @param screen where they read. */
export function personAt(lines: Readable, screen: Writable): Person & { leave(): void } {
  const terminal = createInterface({ input: lines, output: screen });
  return {
    ask: async (request) => {
      const answer = (await terminal.question(`\n  » ${request}\n    then press Enter (s skips) `)).trim();
      if (answer.toLowerCase() === "s") throw new NotApplicable("skipped by whoever was at the device");
      return answer;
    },
    leave: () => terminal.close(),
  };
}

/** In the place of a person, where there is none. */
export const NOBODY: Person = {
  ask: async () => {
    throw new NotApplicable("nobody is there to be asked");
  },
};
