import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { FAULT_CATALOGUE } from "#contract/device";
import { ERROR_CATALOGUE } from "#contract/errors";
import { generatedFiles } from "../scripts/docs/generated-files.ts";
import { ROOT, readText, textFiles, typescriptFiles } from "./tidy/files.ts";
import { impurities, longFunctions, parseProjects } from "./tidy/syntax.ts";
import {
  importsOutside,
  leftovers,
  machinePaths,
  silencedCompiler,
  tooLong,
  unknownScripts,
  unlistedPackages,
} from "./tidy/text-rules.ts";

const NONE: readonly string[] = [];

describe("the sources", () => {
  const functions: string[] = [];
  const impure: string[] = [];
  let parsed = 0;

  before(() => {
    const configs = typescriptProjects();
    parseProjects(ROOT, configs, (name, file) => {
      parsed++;
      if (!name.startsWith("test/")) functions.push(...longFunctions(name, file));
      if (/^(?:lanes|src\/contract)\//.test(name)) impure.push(...impurities(name, file));
    });
  });

  test("are all parsed", () => assert.equal(parsed, typescriptFiles().length));
  test("have no function that does not fit on a screen", () => assert.deepEqual(functions, NONE));
  test("use no clock, randomness or console in the pure folders", () => assert.deepEqual(impure, NONE));

  for (const [title, rule] of [
    ["have no file that is too long", tooLong],
    ["have no leftover notes", leftovers],
    ["do not silence the compiler", silencedCompiler],
  ] as const) {
    test(title, () => {
      const names = textFiles().filter((name) => /\.[tj]s$/.test(name));
      assert.deepEqual(
        names.flatMap((name) => rule(name, readText(name))),
        NONE,
      );
    });
  }
});

test("no text file names a folder of one particular machine", () => {
  assert.deepEqual(
    textFiles().flatMap((name) => machinePaths(name, readText(name))),
    NONE,
  );
});

test("npm scripts that the documents mention exist", () => {
  const manifest: { scripts: Record<string, string> } = JSON.parse(readText("package.json"));
  const known = new Set(Object.keys(manifest.scripts));
  const documents = textFiles().filter((name) => name.endsWith(".md") || name === ".ci/run");
  assert.deepEqual(
    documents.flatMap((name) => unknownScripts(name, readText(name), known)),
    NONE,
  );
});

test("what the container image holds does without what it leaves out", () => {
  const ignored = readText(".dockerignore").split("\n");
  assert.ok(ignored.includes("src/bench"));
  const held = ignored.flatMap((line) => /^!(src\/bench\/.+)$/.exec(line)?.[1] ?? []);
  const inImage = (name: string) => !name.startsWith("src/bench/") || held.some((part) => name.startsWith(`${part}/`));
  const sources = textFiles().filter((name) => /^(?:src|lanes|devices)\/.*\.ts$/.test(name) && inImage(name));
  assert.deepEqual(
    sources.flatMap((name) => importsOutside(name, readText(name), inImage)),
    NONE,
  );
});

test("every imported package is listed, and the product does without those for development", () => {
  const manifest: Record<"dependencies" | "devDependencies", Record<string, string>> = JSON.parse(
    readText("package.json"),
  );
  const product = new Set(Object.keys(manifest.dependencies));
  const all = new Set([...product, ...Object.keys(manifest.devDependencies)]);
  const isProduct = (name: string) => /^(?:src|lanes|devices|bin)\//.test(name) && !name.startsWith("src/bench/");
  const names = textFiles().filter((name) => /\.[tj]s$/.test(name));
  assert.deepEqual(
    names.flatMap((name) => unlistedPackages(name, readText(name), isProduct(name) ? product : all)),
    NONE,
  );
});

test("T17: the lockfile is complete and names no registry", () => {
  const lock: { packages: Record<string, { resolved?: string; optionalDependencies?: Record<string, string> }> } =
    JSON.parse(readText("package-lock.json"));
  const entries = Object.entries(lock.packages);
  assert.deepEqual(
    entries.filter(([, { resolved }]) => resolved !== undefined).map(([name]) => name),
    NONE,
  );
  // npm ci refuses a lockfile that lacks a package for another platform; a registry mirror may not have had them all.
  const has = (parent: string, name: string) =>
    `${parent}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
  assert.deepEqual(
    entries.flatMap(([parent, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !has(parent, name)),
    ),
    NONE,
  );
});

test("generated files are up to date", () => {
  for (const [name, content] of generatedFiles()) {
    assert.ok(existsSync(join(ROOT, name)), `${name} is missing: node scripts/run.js scripts/generate-docs.ts`);
    assert.equal(readText(name), content, `${name} is stale: node scripts/run.js scripts/generate-docs.ts`);
  }
});

test("every error and fault code is documented", () => {
  const page = readText("docs/faults.md");
  const codes = [...Object.keys(ERROR_CATALOGUE), ...Object.keys(FAULT_CATALOGUE)];
  assert.deepEqual(
    codes.filter((code) => !page.includes(`\`${code}\``)),
    NONE,
  );
});

test("every driver family has its descriptor, options, driver and simulator", () => {
  const missing: string[] = [];
  for (const deviceClass of ["gate", "weighbridge", "camera"]) {
    const folder = join(ROOT, "devices", deviceClass);
    if (!existsSync(folder)) continue;
    for (const family of readdirSync(folder)) {
      for (const part of ["descriptor", "options", "driver", "simulator"]) {
        const path = join(folder, family, part);
        if (!existsSync(`${path}.ts`) && !existsSync(path)) missing.push(`devices/${deviceClass}/${family}/${part}`);
      }
    }
  }
  assert.deepEqual(missing, NONE);
});

describe("the rules catch what they are for", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gatelane-tidy-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("in syntax", () => {
    const body = "  work();\n".repeat(70);
    const source = [
      "export const at = Date.now();",
      "export const roll = Math.random();",
      'console.log("heard");',
      "export const timed = { process: 1, at: performance };",
      "export const member = timed.process;",
      `export function long(work: () => void) {\n${body}}`,
      `export const short = (work: () => void) => {\n${"  work();\n".repeat(68)}};`,
    ].join("\n");
    writeFileSync(join(folder, "planted.ts"), source);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { types: [] } }));
    const found: string[] = [];
    parseProjects(folder, ["tsconfig.json"], (name, file) => {
      found.push(...impurities(name, file), ...longFunctions(name, file));
    });
    assert.deepEqual(found, [
      "planted.ts:1: Date",
      "planted.ts:2: Math.random",
      "planted.ts:3: console",
      "planted.ts:4: performance",
      "planted.ts:6: a function of 72 lines",
    ]);
  });

  test("in text", () => {
    const marker = ["TO", "DO"].join("");
    const machine = ["", "home", "someone", "lane.yaml"].join("/");
    const silence = `// ${["@ts", "ignore"].join("-")}`;
    assert.deepEqual(leftovers("a.ts", `fine\n// ${marker} later`), [`a.ts:2: ${marker}`]);
    assert.deepEqual(machinePaths("a.md", `see ${machine}`), [`a.md:1: ${machine}`]);
    assert.deepEqual(machinePaths("a.md", `site/home/x, https://example.org/work/x`), NONE);
    assert.deepEqual(silencedCompiler("a.ts", silence), [`a.ts:1: ${["@ts", "ignore"].join("-")}`]);
    assert.deepEqual(tooLong("src/a.ts", "line\n".repeat(301)), ["src/a.ts: 301 lines, at most 300"]);
    assert.deepEqual(tooLong("src/a.ts", "line\n".repeat(300)), NONE);
    assert.deepEqual(tooLong("test/a.ts", "line\n".repeat(401)), ["test/a.ts: 401 lines, at most 400"]);
    const packages = new Set(["ajv"]);
    const imports = 'import { a } from "ajv/dist/x";\nimport b from "node:fs";\nexport * from "@scope/name/deep";\n';
    assert.deepEqual(unlistedPackages("a.ts", imports, packages), ["a.ts: @scope/name"]);
    const lazy = ["await im", 'port("left");\nim', 'port "side";'].join("");
    assert.deepEqual(unlistedPackages("a.ts", lazy, packages), ["a.ts: left", "a.ts: side"]);
    const benches = 'import { a } from "#bench/b";\nimport type { C } from "#bench/c";\nimport "../bench/d.ts";\n';
    assert.deepEqual(
      importsOutside("src/cli/a.ts", benches, (name) => !name.startsWith("src/bench/")),
      ["src/cli/a.ts: src/bench/b", "src/cli/a.ts: src/bench/d.ts"],
    );
    const scripts = new Set(["test", "demo"]);
    assert.deepEqual(unknownScripts("a.md", "npm run demo, npm test, `npm run -s gone`", scripts), [
      "a.md: npm run gone",
    ]);
  });
});

/** The projects that the root tsconfig.json names. */
function typescriptProjects(): readonly string[] {
  const solution: { references: readonly { path: string }[] } = JSON.parse(readText("tsconfig.json"));
  return solution.references.map(({ path }) => `${path}/tsconfig.json`);
}
