import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { SOCAT_MISSING } from "#bench/fittings/cable";

const DEMO = fileURLToPath(new URL("../../src/bench/demo/main.ts", import.meta.url));
const LANECTL = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const EXAMPLES = fileURLToPath(new URL("../../config/examples", import.meta.url));

interface Summary {
  readonly passages: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly ok: boolean;
}

/** Plays one vehicle through the lane of an example, on simulators of the wires it names. */
async function play(example: string): Promise<{ code: number | null; summary: Summary; all: string }> {
  const config = `${EXAMPLES}/${example}`;
  const args = [DEMO, "--config", config, "--passages", "1", "--speed", "10", "--json"];
  const demo = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  demo.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  demo.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const code = await new Promise<number | null>((resolve) => demo.once("close", resolve));
  const lines = out.trimEnd().split("\n");
  return { code, summary: JSON.parse(lines.at(-1) || "{}") as Summary, all: `${out}${errors}` };
}

const socat = spawnSync("socat", ["-V"], { stdio: "ignore" }).status === 0;

for (const [example, skip] of [
  ["lane.yaml", false],
  ["lane-rtu-serial.yaml", socat ? false : SOCAT_MISSING],
  ["lane-opcua.yaml", false],
  ["lane-igv.yaml", false],
] as const) {
  test(`${example}: a vehicle passes on the wires it names, and operations hold the journal`, { skip }, async () => {
    const { code, summary, all } = await play(example);
    assert.equal(code, 0, all);
    assert.deepEqual({ ...summary.verdicts, ok: summary.ok }, { PASS: 1, ok: true }, all);
    for (const line of all.trimEnd().split("\n")) assert.doesNotThrow(() => JSON.parse(line), `not JSON: ${line}`);
  });
}

test("--hardware: what is around the lane, and a lane file that fits it, until Ctrl-C", async () => {
  const bench = spawn(process.execPath, [DEMO, "--hardware", "--json", "--config", `${EXAMPLES}/lane.yaml`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await new Promise<Buffer>((resolve) => bench.stdout.once("data", resolve));
  const { config } = JSON.parse(String(said)) as { config: string };
  const checked = spawnSync(process.execPath, [LANECTL, "config", "check", config], { encoding: "utf8" });
  bench.kill("SIGINT");
  const code = await new Promise<number | null>((resolve) => bench.once("close", resolve));
  assert.deepEqual([checked.status, code], [0, 130], checked.stdout);
  rmSync(dirname(config), { recursive: true, force: true });
});

test("a demo that is broken off ends every part and leaves nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-broken-off-"));
  const env = { ...process.env, TMPDIR: folder };
  const demo = spawn(process.execPath, [DEMO], { env, stdio: ["ignore", "pipe", "pipe"] });
  demo.stderr.resume();
  const closed = once(demo, "close");
  let out = "";
  for await (const chunk of demo.stdout) {
    out += chunk;
    if (!demo.killed && out.includes("truck 1 of")) demo.kill("SIGTERM");
  }
  // The simulated hardware writes to the same standard error, which is closed when both have ended.
  assert.deepEqual(await closed, [143, null]);
  assert.deepEqual(readdirSync(folder), []);
  rmSync(folder, { recursive: true });
});

test("a lane file with mistakes is refused in words, before anything is started", () => {
  const run = spawnSync(process.execPath, [DEMO, "--config", `${EXAMPLES}/absent.yaml`], { encoding: "utf8" });
  assert.equal(run.status, 1);
  assert.match(run.stderr, /absent\.yaml: 1 error[\s\S]*check the path/);
});
