import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { DeviceView } from "#edge/devices/device-view";
import type { SelfTestReport } from "#edge/devices/self-test";
import { until } from "../e2e/until.ts";
import { DeviceLane } from "./device-lane.ts";
import { lanectl, startLanectl } from "./lanectl.ts";

async function view(lane: DeviceLane, id: string): Promise<DeviceView> {
  const { code, stdout, stderr } = await lanectl(["device", "show", id, "--json", "--socket", lane.socketPath]);
  assert.equal(code, 0, `${stdout}${stderr}`);
  return JSON.parse(stdout) as DeviceView;
}

async function viewWhen(lane: DeviceLane, id: string, fits: (one: DeviceView) => boolean): Promise<DeviceView> {
  return await until(`${id} looks as expected`, async () => {
    const found = await view(lane, id);
    return fits(found) ? found : undefined;
  });
}

async function selfTest(lane: DeviceLane, id: string): Promise<SelfTestReport & { readonly code: number | null }> {
  const { code, stdout } = await lanectl(["device", "test", id, "--json", "--socket", lane.socketPath]);
  return { code, ...(JSON.parse(stdout) as SelfTestReport) };
}

const value = (found: DeviceView, name: string) => found.values.find((one) => one.name === name);
const isUp = ({ health, values }: DeviceView) => health.state === "up" && values.length > 0;
const failed = ({ checks }: SelfTestReport) =>
  checks.filter(({ outcome }) => outcome === "fail").map(({ name }) => name);

test("show: driver, options, live values, what changed, and what to do about a fault", async (t) => {
  const lane = await DeviceLane.open(t);
  const quiet = await viewWhen(lane, "gate", isUp);
  assert.equal(quiet.driver, "modbus-gate");
  assert.equal(quiet.options["port"], lane.gate.port);
  assert.deepEqual([value(quiet, "loopUnder")?.value, value(quiet, "loopUnder")?.quality], [false, "good"]);

  lane.gate.setInputs({ loopUnder: true });
  const occupied = await viewWhen(lane, "gate", (one) => value(one, "loopUnder")?.value === true);
  assert.equal(occupied.transitions[0]?.what, "loopUnder on");

  await lane.gate.stop();
  const lost = await viewWhen(lane, "gate", ({ health }) => health.state === "down");
  assert.match(String(lost.advice), /check/);
  assert.equal(value(lost, "loopUnder")?.quality, "lost", "what was read before is shown as such");
  const { stdout } = await lanectl(["device", "show", "gate", "--socket", lane.socketPath]);
  for (const part of [
    /gate {2}gate, driver modbus-gate/,
    /health {2}down {2}[A-Z]+/,
    /loopUnder +on .* lost/,
    /port +\d+/,
  ]) {
    assert.match(stdout, part);
  }
});

test("show never shows a secret, only where it lies", async (t) => {
  const lane = await DeviceLane.open(t);
  const camera = await viewWhen(lane, "front", ({ health }) => health.state === "up");
  assert.equal(camera.options["passwordFile"], join(lane.folder, "camera-password"));
  assert.doesNotMatch(JSON.stringify(camera), /seen-by-nobody/);
});

test("test gate: nothing wrong at rest; a pressed stop and a stuck loop are named with what to do", async (t) => {
  const lane = await DeviceLane.open(t);
  await viewWhen(lane, "gate", isUp);
  const good = await selfTest(lane, "gate");
  assert.deepEqual([good.ok, good.code, failed(good)], [true, 0, []]);
  assert.deepEqual(lane.gate.counters, { ...lane.gate.counters, raise: 0, lower: 0 }, "nothing moved");

  lane.gate.setInputs({ estopOk: false, loopExit: true });
  await viewWhen(lane, "gate", (one) => value(one, "loopExit")?.value === true);
  const bad = await selfTest(lane, "gate");
  assert.deepEqual([bad.ok, bad.code, failed(bad)], [false, 1, ["estopOk", "loopExit"]]);
  const words = await lanectl(["device", "test", "gate", "--socket", lane.socketPath]);
  assert.match(words.stdout, /what to do\n {2}estopOk: the emergency stop is pressed/);

  lane.occupied = true;
  assert.deepEqual(failed(await selfTest(lane, "gate")), ["estopOk"], "in an occupied lane a loop may be on");
});

test("test scale: at rest it is at zero; a load is no fault, a scale that is not still is one", async (t) => {
  const lane = await DeviceLane.open(t);
  await viewWhen(lane, "scale", isUp);
  const good = await until("enough weights have come", async () => {
    const report = await selfTest(lane, "scale");
    return report.ok ? report : undefined;
  });
  assert.deepEqual(
    good.checks.map(({ name, outcome }) => [name, outcome]),
    ["link", "fresh values", "measures", "range", "stable", "zero"].map((name) => [name, "pass"]),
  );
  lane.scale.setLoad(20_000);
  await viewWhen(lane, "scale", (one) => Number(value(one, "gross")?.value) > 15_000);
  const loaded = await until("the load is seen as a load", async () => {
    const report = await selfTest(lane, "scale");
    return report.checks.some(({ name, outcome }) => name === "zero" && outcome === "skip") ? report : undefined;
  });
  assert.match(String(loaded.checks.find(({ name }) => name === "zero")?.measured), /kg stand on the deck/);
});

test("test front: a picture is kept for people; an old one, handed out twice, is found", async (t) => {
  const lane = await DeviceLane.open(t);
  await viewWhen(lane, "front", ({ health }) => health.state === "up");
  const good = await selfTest(lane, "front");
  assert.deepEqual(
    [good.ok, good.picture?.width, good.picture?.height],
    [true, 1600, 900],
    JSON.stringify(good.checks),
  );
  assert.ok(existsSync(good.picture?.file ?? ""));
  lane.camera.faults.picture = "frozen";
  const frozen = await selfTest(lane, "front");
  assert.deepEqual([frozen.ok, failed(frozen)], [false, ["live"]]);
  lane.camera.faults.picture = "good";
  lane.camera.faults.unauthorised = true;
  const bad = await selfTest(lane, "front");
  assert.equal(bad.code, 1);
  assert.ok(failed(bad).includes("picture"));
});

test("a reader shows what was held before it last", async (t) => {
  const lane = await DeviceLane.open(t);
  lane.codes.hold("3/304000000010");
  const reader = await viewWhen(lane, "codes", ({ values }) => values.length > 0);
  assert.deepEqual(
    reader.values.map(({ name, value, quality }) => [name, value, quality]),
    [["code", "3/304000000010", "event"]],
  );
});

test("watch --json: a line for each change, ends with Ctrl-C as a success", async (t) => {
  const lane = await DeviceLane.open(t);
  await viewWhen(lane, "gate", isUp);
  const watch = startLanectl(["device", "watch", "gate", "--json", "--socket", lane.socketPath]);
  let out = "";
  watch.stdout?.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  await until("the first line", () => out.includes("\n"));
  lane.gate.setInputs({ curtain: true });
  await until("the change is told", () => out.includes("curtain on"));
  watch.kill("SIGINT");
  const code = await new Promise((resolve) => watch.once("close", resolve));
  assert.equal(code, 0);
  for (const line of out.trimEnd().split("\n")) assert.equal((JSON.parse(line) as DeviceView).id, "gate");
});

test("a device that is not there ends with 1, a daemon that is not there with 69, and both say so", async (t) => {
  const lane = await DeviceLane.open(t);
  for (const verb of ["show", "watch", "test"]) {
    const unknown = await lanectl(["device", verb, "gatte", "--socket", lane.socketPath]);
    assert.equal(unknown.code, 1, verb);
    assert.match(unknown.stderr, /there is no device gatte; lanectl device list names them/);
    const away = await lanectl(["device", verb, "gate", "--socket", join(lane.folder, "none.sock")]);
    assert.equal(away.code, 69, verb);
    assert.match(away.stderr, /The daemon does not answer/);
  }
});
