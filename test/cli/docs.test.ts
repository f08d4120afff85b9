import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import pc from "picocolors";
import { createProgram } from "../../src/cli/program.ts";
import { ROOT } from "../tidy/files.ts";

const program = createProgram({
  colours: pc.createColors(false),
  isTerminal: false,
  write: () => undefined,
  writeError: () => undefined,
});

/** Pages that people write; the reference is generated from the program itself. */
const pages = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith(".md") && name !== "docs/lanectl.md",
);

/** Every command line of lanectl in the code blocks of a page. */
function commandLines(page: string): readonly string[] {
  const blocks = [...readFileSync(join(ROOT, page), "utf8").matchAll(/```(?:sh|bash)\n([\s\S]*?)```/g)];
  return blocks.flatMap(([, block]) =>
    [...(block ?? "").replaceAll("\\\n", " ").matchAll(/^(?:npm run )?lanectl (?:-- )?(.+)$/gm)].map(
      ([, line]) => line?.replace(/\s+#.*$/, "").replace(/\s[|&].*$/, "") ?? "",
    ),
  );
}

/** What is wrong with a command line: a verb or an option that there is not. */
function mistakeIn(line: string): string | undefined {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  let command: Command = program;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const option = [...command.options, ...program.options].find((one) => word === one.short || word === one.long);
    if (word.startsWith("-") && option === undefined) return `${word} is no option of ${command.name()}`;
    if (option !== undefined) index += option.required ? 1 : 0;
    else command = command.commands.find((one) => one.name() === word) ?? command;
  }
  return command.commands.length > 0 ? `${line}: ${command.name()} needs a verb` : undefined;
}

for (const page of pages) {
  test(`${page}: every command line of lanectl is one`, () => {
    const mistakes = commandLines(page).flatMap((line) => mistakeIn(line) ?? []);
    assert.deepEqual(mistakes, []);
  });
}

test("command lines are found, and mistakes in them", () => {
  assert.ok(commandLines("docs/for-technicians.md").length > 10);
  assert.equal(mistakeIn("device show gate -n 3 --json"), undefined);
  assert.match(mistakeIn("device shwo gate") ?? "", /needs a verb/);
  assert.match(mistakeIn("status --wtach") ?? "", /no option/);
});
