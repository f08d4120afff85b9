import assert from "node:assert/strict";
import { test } from "node:test";
import { readText, typescriptFiles } from "./tidy/files.ts";

/**
 * The catalogue of threats (T), faults (F) and bad inputs (B) has stable numbers, and the test of each carries its number
 * in its name. These are those of a lane's judgement, of its movements and of what it is told by its devices.
 */
const OWED = [
  ...numbers("T", 11, 14),
  ...numbers("F", 26, 53),
  "F63",
  ...numbers("B", 8, 11),
  "B21",
  "B30",
  "B35",
] as const;

/** Numbers that no test carries, and why. */
const OPEN: Readonly<Record<string, string>> = {
  F52: "the lane has no estimate of how wrong its clock may be: it believes the clock of the computer",
};

function numbers(letter: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, at) => `${letter}${from + at}`);
}

test("every fault of a lane's judgement has a test that carries its number", () => {
  const titles = typescriptFiles()
    .filter((name) => /^(?:test|src\/bench\/contract\/checks)\//.test(name) && name !== "test/fault-numbers.test.ts")
    .flatMap((name) => [...readText(name).matchAll(/["'`](?:[TFB]\d{1,2}[,:]? )+/g)])
    .map(([title]) => title);
  const carried = new Set(titles.flatMap((title) => title.match(/[TFB]\d{1,2}/g) ?? []));
  assert.deepEqual(
    OWED.filter((number) => !carried.has(number) && !Object.hasOwn(OPEN, number)),
    [],
  );
  assert.deepEqual(
    Object.keys(OPEN).filter((number) => carried.has(number)),
    [],
    "what has a test is not open any more",
  );
});
