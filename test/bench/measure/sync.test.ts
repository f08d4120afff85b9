import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isInstalled } from "#bench/brokers/debian";

const MAIN = fileURLToPath(new URL("../../../src/bench/measure/main.ts", import.meta.url));
const missing = ["mosquitto", "mosquitto_sub"].filter((program) => !isInstalled(program));

test("sync measures every sender on the same entries", {
  skip: missing.length > 0 && `no ${missing.join()}`,
}, async () => {
  const args = [MAIN, "sync", "--entries", "500", "--appends", "500", "--no-install", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  const { append, drain, live } = JSON.parse(stdout);
  for (const rates of [append.store, append.raw]) assert.ok(rates.oneByOne > 0 && rates.grouped > 0);
  for (const name of ["gatelane", "bridge", "library"]) assert.ok(drain[name].perSecond > 0, name);
  assert.ok(live.count > 0 && live.p99 >= live.p50 && live.p50 > 0);
  assert.ok(live.loop.ticks > 0);
});
