import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import Type from "typebox";
import { formatIssues } from "#config/issues";
import { loadYaml } from "#config/load-yaml";
import { FILE_LIMIT_BYTES } from "#config/read-text";
import { issuesOf, temporaryFolder, write } from "./lane-folder.ts";

const folder = temporaryFolder();
const SCHEMA = Type.Object(
  {
    limitMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    toleranceKg: Type.Optional(Type.Number()),
    name: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const load = (text: string | Uint8Array) => loadYaml<{ limitMs: number }>(write(folder, "sample.yaml", text), SCHEMA);
const first = (text: string | Uint8Array) => issuesOf(() => load(text))[0];

test("gives the value, frozen, and a hash that ignores comments and order", () => {
  const { value, hash } = load("limitMs: 5\nname: gate\n");
  assert.deepEqual(value, { limitMs: 5, name: "gate" });
  assert.ok(Object.isFrozen(value));
  assert.equal(load("# first the name\nname: gate\nlimitMs: 5").hash, hash);
  assert.notEqual(load("name: gate\nlimitMs: 6").hash, hash);
});

describe("refuses a file", () => {
  const refusals: readonly (readonly [title: string, make: () => string, value: RegExp])[] = [
    ["that is not there", () => join(folder, "absent.yaml"), /^missing$/],
    ["that is a folder", () => folder, /not a regular file/],
    ["that is a symbolic link", () => link(write(folder, "target.yaml", "limitMs: 5\n")), /symbolic link/],
    ["that everybody may change", () => worldWritable(), /writable by everybody/],
    ["that is too large", () => write(folder, "large.yaml", "#".repeat(FILE_LIMIT_BYTES + 1)), /1048577 bytes/],
    ["that is a named pipe", () => pipe(), /not a regular file/],
    ["that is not UTF-8", () => write(folder, "latin1.yaml", Uint8Array.of(0x61, 0x3a, 0x20, 0xe9)), /not UTF-8/],
  ];
  for (const [title, make, value] of refusals) {
    test(title, () => {
      const [issue, ...others] = issuesOf(() => loadYaml(make(), SCHEMA));
      assert.ok(issue);
      assert.match(issue.value ?? "missing", value);
      assert.notEqual(issue.fix, "");
      assert.deepEqual(others, []);
    });
  }

  const link = (target: string) => {
    const name = join(folder, "link.yaml");
    symlinkSync(target, name);
    return name;
  };
  const worldWritable = () => {
    const name = write(folder, "open.yaml", "limitMs: 5\n");
    chmodSync(name, 0o666);
    return name;
  };
  const pipe = () => {
    const name = join(folder, "pipe.yaml");
    execFileSync("mkfifo", [name]);
    return name;
  };
});

describe("refuses text", () => {
  for (const [title, text, line, value] of [
    ["with an anchor", "limitMs: &limit 5\n", 1, /&limit/],
    ["with an alias", "limitMs: &limit 5\nname: *limit\n", 1, /&limit/],
    ["with a tag", "limitMs: !!js/function 5\n", 1, /a tag/],
    ["with an open bracket", "limitMs: 5\nname: [a\n", 3, /not YAML/],
    ["with tabs", "limitMs: 5\nname:\n\tx: 1\n", 3, /not YAML/],
    ["of two documents", "limitMs: 5\n---\nlimitMs: 6\n", 2, /not YAML/],
    ["with half a character", 'limitMs: 5\nname: "\\ud800"\n', 2, /half of a character/],
    ["that is empty", "", null, /null/],
    ["that is a list", "- limitMs\n", 1, /limitMs/],
    ["with infinity", "limitMs: .inf\n", 1, /./],
    ["with not a number", "limitMs: 5\ntoleranceKg: .nan\n", 2, /./],
  ] as const) {
    test(title, () => {
      const issue = first(text);
      assert.ok(issue, "accepted");
      assert.match(issue.value ?? "missing", value);
      assert.equal(issue.line, line);
    });
  }

  test("that is nested beyond reason", () => assert.ok(first("[".repeat(200_000))));
});

test("whatever stands in the file, the outcome is a value or a list of issues", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 500, size: "max" }),
    fc.string({ unit: fc.constantFrom(..."limitMs: 5\n-[]{}&*!|>'\"%@`#?,\t "), maxLength: 500, size: "max" }),
    fc.json(),
    fc.uint8Array({ size: "medium" }),
  );
  let refused = 0;
  fc.assert(
    fc.property(text, (content) => {
      refused += issuesOf(() => load(content)).length > 0 ? 1 : 0;
    }),
    { numRuns: 400 },
  );
  assert.ok(refused > 300, `only ${refused} of 400 texts were refused`);
});

test("shows nothing on a terminal that the file made up", () => {
  const issues = issuesOf(() => load('"\\e[2Jna\\u202eme": "\\e]0;x\\a"\nlimitMs: 5\n'));
  const text = formatIssues("a\u001b[2J.yaml", issues);
  assert.match(text, /\\x1b/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
