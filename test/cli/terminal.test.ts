import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import pc from "picocolors";
import { createProgram } from "../../src/cli/program.ts";
import { jsonText, shown } from "../../src/cli/terminal/output.ts";
import { table } from "../../src/cli/terminal/table.ts";
import { displayWidth } from "../../src/cli/terminal/width.ts";

test("width is counted in columns", () => {
  assert.equal(displayWidth("lane"), 4);
  assert.equal(displayWidth("Biển số không khớp"), 18);
  assert.equal(displayWidth("Biển số không khớp".normalize("NFD")), 18);
  assert.equal(displayWidth("车牌不符"), 8);
  assert.equal(displayWidth("桂A12345"), 8);
  assert.equal(displayWidth("ＡＢ"), 4);
  assert.equal(displayWidth("𠮷"), 2);
  assert.equal(displayWidth("🚚"), 2);
  assert.equal(displayWidth(""), 0);
});

test("columns stay aligned with Chinese, Vietnamese and colours", () => {
  const { red } = pc.createColors(true);
  const text = table([
    ["桂A12345", "x"],
    ["29H67890", "x"],
    [red("ổ"), "x"],
    ["", "x", ""],
  ]);
  assert.equal(text, `桂A12345  x\n29H67890  x\n${red("ổ")}         x\n          x\n`);
});

test("B29, T20: text from outside cannot move the cursor or turn its direction", () => {
  assert.equal(shown("a\u001b[2J\u009b\u202eb\nc\u200b"), "a\\x1b[2J\\x9b\\u202eb\\x0ac\\u200b");
  assert.equal(shown("Biển số 车牌"), "Biển số 车牌");
  const nasty = { plate: "\u001b[2J\u009b\u202e\u007f" };
  assert.match(jsonText(nasty), /^[\u0020-\u007e\n]*$/);
  assert.deepEqual(JSON.parse(jsonText(nasty)), nasty);
});

test("every verb has examples", () => {
  let printed = "";
  const write = (text: string): void => {
    printed += text;
  };
  const without: string[] = [];
  const visit = (command: Command): void => {
    printed = "";
    command.outputHelp();
    if (!/\nExamples:\n {2}lanectl /.test(printed)) without.push(command.name());
    command.commands.forEach(visit);
  };
  visit(createProgram({ colours: pc.createColors(false), isTerminal: false, write, writeError: write }));
  assert.deepEqual(without, []);
});
