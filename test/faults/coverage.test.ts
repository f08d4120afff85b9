import assert from "node:assert/strict";
import { test } from "node:test";
import { readText, typescriptFiles } from "../tidy/files.ts";
import { FAULTS, NOT_HERE } from "./catalogue.ts";

/** A name of a test or of one of its cases: a text that begins with one number or several. */
const NAME = /(["'`])((?:[FTB]\d{1,2}[, ]{0,2}(?=[FTB\s:"'`]))+)/g;
const carried = new Set(
  typescriptFiles()
    .filter((file) => /^(test|src\/bench)\//.test(file) && !file.startsWith("test/faults/"))
    .flatMap((file) => [...readText(file).matchAll(NAME)])
    .flatMap(([, , numbers = ""]) => numbers.match(/[FTB]\d+/g) ?? []),
);

test("every fault, threat and bad input is carried by a test, or belongs to another part of an installation", () => {
  const missing = Object.keys(FAULTS).filter((number) => !carried.has(number) && !(number in NOT_HERE));
  assert.deepEqual(
    missing.map((number) => `${number}: ${FAULTS[number]}`),
    [],
  );
});

test("no test carries a number that is not in the catalogue, and nothing is left out that is tested", () => {
  assert.deepEqual(
    [...carried].filter((number) => !(number in FAULTS)),
    [],
  );
  assert.deepEqual(
    Object.keys(NOT_HERE).filter((number) => carried.has(number) || !(number in FAULTS)),
    [],
  );
});
