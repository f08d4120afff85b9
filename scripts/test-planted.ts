/**
 * Plants each bug of test/planted/table.ts into a copy of the tree and runs the layers of tests until one catches it:
 * types, unit tests of that folder, every event in every state, simulated days. Exit code 1 when a bug is not caught,
 * or when the line it changes is no longer there.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import pc from "picocolors";
import type { PlantedBug } from "./planted-bug.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** What the layers need of the tree. */
const COPIED = [
  "lanes",
  "src",
  "devices",
  "test/lanes",
  "config",
  "models/confusion.json",
  "package.json",
  "tsconfig.json",
];
const SKIPPED = new Set(["node_modules", ".git", ".build"]);
/** A mutated core may loop for ever; that counts as caught. */
const LIMIT_MS = 300_000;
/** Long random runs come in with the simulator. */
const SLOW_TESTS = new Set(["one-step.test.ts", "random.test.ts"]);

interface Layer {
  readonly name: string;
  readonly run: (bug: PlantedBug, tree: string) => boolean;
}

type Outcome = { readonly bug: string; readonly caughtBy: string | null; readonly problem: string | null };

const LAYERS: readonly Layer[] = [
  { name: "types", run: (_, tree) => passes(join(ROOT, "node_modules/.bin/tsc"), ["-b", "lanes"], tree) },
  { name: "unit tests", run: (bug, tree) => passes(process.execPath, ["--test", ...unitTests(bug, tree)], tree) },
  {
    name: "every event in every state",
    run: (_, tree) => passes(process.execPath, ["--test", "test/lanes/passage/one-step.test.ts"], tree),
  },
  {
    name: "simulated days",
    run: (_, tree) => passes(process.execPath, ["src/bench/sim/main.ts", "--seeds", "20", "--vehicles", "150"], tree),
  },
];

function passes(command: string, args: readonly string[], cwd: string): boolean {
  return spawnSync(command, args, { cwd, stdio: "ignore", timeout: LIMIT_MS, killSignal: "SIGKILL" }).status === 0;
}

/** The tests of the folder in which the bug is. */
function unitTests({ file }: PlantedBug, tree: string): string[] {
  const folder = join("test", dirname(file));
  return readdirSync(join(tree, folder))
    .filter((name) => name.endsWith(".test.ts") && !SLOW_TESTS.has(name))
    .map((name) => join(folder, name));
}

function copyTree(): string {
  const tree = mkdtempSync(join(tmpdir(), "gatelane-planted-"));
  const wanted = (path: string) =>
    !relative(ROOT, path)
      .split(sep)
      .some((part) => SKIPPED.has(part));
  for (const path of COPIED) cpSync(join(ROOT, path), join(tree, path), { recursive: true, filter: wanted });
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  return tree;
}

/** Plants one bug, runs the layers, and puts the line back. */
function plant(bug: PlantedBug, tree: string, layers: readonly Layer[]): Outcome {
  const path = join(tree, bug.file);
  const original = readFileSync(path, "utf8");
  const found = original.split(bug.search).length - 1;
  if (found !== 1) {
    const problem = `stale: its line stands in ${bug.file} ${found} times; change the entry to the code as it is now`;
    return { bug: bug.name, caughtBy: null, problem };
  }
  writeFileSync(
    path,
    original.replace(bug.search, () => bug.replace),
  );
  try {
    const caught = layers.find((layer) => !layer.run(bug, tree));
    const problem = caught === undefined ? `not caught: ${bug.breaks}` : null;
    return { bug: bug.name, caughtBy: caught?.name ?? null, problem };
  } finally {
    writeFileSync(path, original);
  }
}

/** Without a planted bug every layer must pass, the unit tests of every folder that has one among them. */
function soundTree(bugs: readonly PlantedBug[], tree: string, layers: readonly Layer[]): string | null {
  const folders = new Map(bugs.map((bug) => [dirname(bug.file), bug]));
  const [example] = bugs;
  for (const layer of layers) {
    const tried = layer.name === "unit tests" ? [...folders.values()] : example === undefined ? [] : [example];
    const bad = tried.find((bug) => !layer.run(bug, tree));
    if (bad !== undefined) return `${layer.name} fail without any planted bug (${dirname(bad.file)})`;
  }
  return null;
}

/** The table lies among the tests, which are built after the scripts. */
async function loadTable(): Promise<readonly PlantedBug[]> {
  const table: { readonly PLANTED: readonly PlantedBug[] } = await import(
    new URL("../test/planted/table.ts", import.meta.url).href
  );
  return table.PLANTED;
}

const program = new Command("npm run test:planted --")
  .description("Plants bugs into a copy of the core and sees which layer of tests catches each.")
  .option("--only <text>", "bugs whose name or file contains this", "")
  .option("--layer <name>", "use this layer only, to see what it catches by itself")
  .option("--json", "one JSON object in the last line", false);

async function main(): Promise<number> {
  const { only, layer, json } = program.parse().opts<{ only: string; layer?: string; json: boolean }>();
  const layers = LAYERS.filter(({ name }) => layer === undefined || name === layer);
  const bugs = (await loadTable()).filter(({ name, file }) => `${name} ${file}`.includes(only));
  const tree = copyTree();
  try {
    const unsound = layers.length === 0 ? `there is no layer ${layer}` : soundTree(bugs, tree, layers);
    if (unsound !== null) {
      process.stderr.write(`planted: ${unsound}\n`);
      return 2;
    }
    const outcomes = bugs.map((bug) => {
      const outcome = plant(bug, tree, layers);
      const mark = outcome.problem === null ? pc.green("caught") : pc.red("FAILED");
      process.stderr.write(`${mark}  ${bug.name} (${bug.file}): ${outcome.problem ?? outcome.caughtBy}\n`);
      return outcome;
    });
    const caught = outcomes.filter(({ problem }) => problem === null).length;
    const byLayer = Object.fromEntries(
      layers.map(({ name }) => [name, outcomes.filter(({ caughtBy }) => caughtBy === name).length]),
    );
    const failed = outcomes.filter(({ problem }) => problem !== null).map(({ bug }) => bug);
    const summary = { planted: outcomes.length, caught, byLayer, failed, ok: caught === outcomes.length };
    process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${caught} of ${outcomes.length} caught\n`);
    return summary.ok ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

process.exitCode = await main();
