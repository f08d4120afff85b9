import assert from "node:assert/strict";
import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const LAUNCHER = join(dirname(fileURLToPath(import.meta.url)), "../../scripts/run.js");

/** A project with one local dependency, so that npm has something to install and nothing to fetch. */
function project(dependencies: Record<string, string> = { tool: "file:./tool" }): string {
  const root = mkdtempSync(join(folder, "project-"));
  mkdirSync(join(root, "scripts"));
  cpSync(LAUNCHER, join(root, "scripts", "run.js"));
  const write = (name: string, content: string) => writeFileSync(join(root, name), content);
  const manifest = { name: "sample", version: "1.0.0", type: "module", dependencies };
  write("package.json", JSON.stringify(manifest));
  mkdirSync(join(root, "tool"));
  write("tool/package.json", JSON.stringify({ name: "tool", version: "1.0.0" }));
  const packages: Record<string, object> = { "": manifest };
  for (const [name, version] of Object.entries(dependencies)) {
    const local = version.startsWith("file:");
    packages[`node_modules/${name}`] = local ? { resolved: "tool", link: true } : { version };
    if (local) packages["tool"] = { version: "1.0.0" };
  }
  write(
    "package-lock.json",
    JSON.stringify({ name: "sample", version: "1.0.0", lockfileVersion: 3, requires: true, packages }),
  );
  // A registry that nobody listens on: a test that needs the network fails here instead of passing by accident.
  write(".npmrc", "registry=http://127.0.0.1:9/\nfetch-retries=0\nignore-scripts=true\n");
  write("main.ts", "const args: string[] = process.argv.slice(2);\nconsole.log(JSON.stringify(args));\n");
  return root;
}

/** A project that counts as installed. */
function installedProject(): string {
  const root = project({});
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(root, "node_modules", ".package-lock.json"), "{}");
  return root;
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher of `root`; `onOutput` sees stdout as it grows. */
function launch(
  root: string,
  args: readonly string[],
  onOutput: (stdout: string, pid: number) => void = () => {},
  nodeArgs: readonly string[] = [],
): Promise<Run> {
  // The variable by which Node's test runner recognises its own children would silence a test run inside this one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options: SpawnOptions = { stdio: ["ignore", "pipe", "pipe"], env };
  const child = spawn(process.execPath, [...nodeArgs, join(root, "scripts", "run.js"), ...args], options);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
    onOutput(stdout, child.pid ?? 0);
  });
  child.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "gatelane-run-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("installs once, says so on stderr only, and hands the arguments over", async () => {
  const root = project();
  const first = await launch(root, ["main.ts", "--json", "two words"]);
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout, '["--json","two words"]\n');
  assert.match(first.stderr, /installing the dependencies/);
  assert.match(first.stderr, /dependencies installed in \d+ s/);

  const second = await launch(root, ["main.ts"]);
  assert.equal(second.stdout, "[]\n");
  assert.equal(second.stderr, "");
});

test("says what to do when the registry cannot be reached, and starts nothing", async () => {
  const run = await launch(project({ "no-such-package-anywhere": "1.0.0" }), ["main.ts"]);
  assert.notEqual(run.code, 0);
  assert.equal(run.stdout, "");
  assert.match(run.stderr, /could not reach its package registry/);
});

test("hands the exit code on", async () => {
  const root = installedProject();
  writeFileSync(join(root, "main.ts"), "process.exitCode = 78;\n");
  assert.equal((await launch(root, ["main.ts"])).code, 78);
});

for (const [signal, source, code] of [
  ["SIGTERM", 'process.on("SIGTERM", () => process.exit(42));', 42],
  ["SIGINT", 'process.on("SIGINT", () => process.exit(43));', 43],
  ["SIGTERM", "", 143],
] as const) {
  test(`forwards ${signal} and exits with ${code}`, async () => {
    const root = installedProject();
    writeFileSync(
      join(root, "main.ts"),
      `${source}\nsetTimeout(() => process.exit(9), 20_000);\nconsole.log("ready");\n`,
    );
    let sent = false;
    const run = await launch(root, ["main.ts"], (stdout, pid) => {
      if (sent || !stdout.includes("ready")) return;
      sent = true;
      process.kill(pid, signal);
    });
    assert.equal(run.code, code, run.stderr);
  });
}

test("whoever ends npm ends what it started, and gets its exit code", async () => {
  const root = installedProject();
  const manifest = JSON.parse(readFileSync(join(dirname(LAUNCHER), "../package.json"), "utf8"));
  const laned = manifest.scripts.laned.replace("src/daemon/main.ts", "main.ts");
  writeFileSync(join(root, "package.json"), JSON.stringify({ type: "module", scripts: { laned } }));
  writeFileSync(
    join(root, "main.ts"),
    'process.on("SIGTERM", () => process.exit(42));\nsetTimeout(() => {}, 20_000);\nconsole.log("ready");\n',
  );
  const npm = spawn("npm", ["run", "--silent", "laned"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(npm, "close");
  await once(npm.stdout, "data");
  npm.kill("SIGTERM");
  // The pipe is only closed when the last process that writes into it has ended.
  assert.deepEqual(await closed, [42, null]);
});

test("falls back to the host's Node when the installed one cannot start", async () => {
  const root = installedProject();
  const pinned = join(root, "node_modules", ".bin", "node");
  writeFileSync(pinned, "#!/bin/sh\nexit 1\n");
  chmodSync(pinned, 0o755);
  const run = await launch(root, ["main.ts"]);
  assert.equal(run.stdout, "[]\n", run.stderr);
});

test("an old host without the installed Node gets an error with the fix", async () => {
  const root = installedProject();
  const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } });';
  const run = await launch(root, ["main.ts"], undefined, ["--import", `data:text/javascript,${older}`]);
  assert.equal(run.code, 1);
  assert.equal(run.stdout, "");
  assert.match(run.stderr, /Node\.js 24 or newer is needed/);
  assert.match(run.stderr, /npm ci --include=optional/);
});

test("--test runs the named test files and fails with them", async () => {
  const root = installedProject();
  mkdirSync(join(root, "test"));
  const body = (name: string, sound: boolean) =>
    `import assert from "node:assert";\nimport { test } from "node:test";\ntest("${name}", () => assert.ok(${sound}));\n`;
  writeFileSync(join(root, "test", "sound.test.ts"), body("is sound", true));
  writeFileSync(join(root, "test", "broken.test.ts"), body("is broken", false));
  const one = await launch(root, ["--test", "test/sound.test.ts"]);
  assert.equal(one.code, 0, one.stdout);
  assert.match(one.stdout, /is sound/);
  const all = await launch(root, ["--test"]);
  assert.equal(all.code, 1);
  assert.match(all.stdout, /is sound/);
  assert.match(all.stdout, /is broken/);
});
