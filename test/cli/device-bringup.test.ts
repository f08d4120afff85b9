import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import pc from "picocolors";
import type { DeviceView } from "#edge/devices/device-view";
import type { CommissioningSheet } from "#store/commissioning-sheet";
import { PUBLIC_KEY_FILE } from "#store/lane-key";
import { gateProcedure } from "../../src/cli/bringup/procedure-gate.ts";
import { run } from "../../src/cli/run.ts";
import { until } from "../e2e/until.ts";
import { DeviceLane } from "./device-lane.ts";
import { lanectl, startLanectl } from "./lanectl.ts";

/** Somebody at the lane who does what the screen says. */
type Hand = (said: string) => void;

interface BringUp {
  readonly code: number;
  readonly sheet: CommissioningSheet;
  readonly said: string;
}

async function bringUp(
  lane: DeviceLane,
  id: string,
  script: object | null,
  hand: Hand,
  more: string[] = [],
): Promise<BringUp> {
  const file = join(lane.folder, `${id}.json`);
  const answers = join(lane.folder, "answers.json");
  writeFileSync(answers, JSON.stringify(script));
  const how = script === null ? ["--yes"] : ["--script", answers];
  let said = "";
  let out = "";
  const args = ["device", "bringup", id, "-o", file, "--by", "T-1", "--patience", "15", ...how, ...more, "--json"];
  const code = await run([...args, "--socket", lane.socketPath], {
    colours: pc.createColors(false),
    isTerminal: false,
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      said += text;
      hand(text);
    },
  });
  const sheet = JSON.parse(out) as CommissioningSheet;
  if (existsSync(file)) assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), sheet);
  return { code, sheet, said };
}

/** Does to the simulated gate what a technician would do to a real one. */
function gateHand({ gate }: DeviceLane): Hand {
  let sensor: "loopArrival" | "loopUnder" | "loopExit" | "eyeScaleFront" | "eyeScaleRear" | "curtain" = "loopArrival";
  const touch = (name: typeof sensor) => {
    sensor = name;
    gate.setInputs({ [name]: true });
  };
  const acts: readonly (readonly [RegExp, () => void])[] = [
    [/onto the arrival loop/, () => touch("loopArrival")],
    [/photo-eye at the entry end/, () => touch("eyeScaleFront")],
    [/photo-eye at the exit end/, () => touch("eyeScaleRear")],
    [/on the loop under the boom/, () => touch("loopUnder")],
    [/into the light curtain/, () => touch("curtain")],
    [/onto the exit loop/, () => touch("loopExit")],
    [/Take it away/, () => gate.setInputs({ [sensor]: false })],
    [/key switch to manual/, () => gate.setInputs({ modeAuto: false })],
    [/lift the boom by hand/, () => gate.pushBoom(0.5)],
    [/all the way/, () => gate.pushBoom(1)],
    [/Let it down/, () => gate.pushBoom(0)],
    [/back to automatic/, () => gate.setInputs({ modeAuto: true })],
    [/Press the emergency stop/, () => gate.setInputs({ estopOk: false })],
    [/Release the emergency stop/, () => gate.setInputs({ estopOk: true })],
    [/Open the door/, () => gate.setInputs({ cabinetClosed: false })],
    [/Close the door/, () => gate.setInputs({ cabinetClosed: true })],
  ];
  return (said) => {
    for (const [pattern, act] of acts) if (pattern.test(said)) act();
  };
}

const LAMPS = Object.fromEntries(
  ["entry-green", "entry-red", "exit-green", "exit-red"].map((lamp) => [`lamp-${lamp}`, "yes"]),
);
const outcomes = ({ report }: CommissioningSheet) =>
  Object.fromEntries(report.steps.map((one) => [one.id, one.outcome]));

async function opened(t: TestContext): Promise<DeviceLane> {
  const lane = await DeviceLane.open(t);
  await until("the devices are up", () => lane.snapshot.devices.filter(({ state }) => state === "up").length === 4);
  await until("values have come", async () => {
    const { stdout } = await lanectl(["device", "show", "gate", "--json", "--socket", lane.socketPath]);
    return stdout.includes("loopExit");
  });
  return lane;
}

test("a gate: every input is shown to it, lamps are lit on a yes, the boom is moved by hand only", async (t) => {
  const lane = await opened(t);
  lane.service = "maintenance";
  const shown: string[] = [];
  lane.gate.onChange((change) => {
    if (change.type === "lights") shown.push(`${change.entry} ${change.exit}`);
  });
  const { code, sheet, said } = await bringUp(lane, "gate", LAMPS, gateHand(lane));
  assert.equal(code, 0, said);
  assert.deepEqual(
    [sheet.report.result, sheet.report.technician, sheet.report.answeredBy],
    ["passed", "T-1", "script"],
  );
  assert.equal(sheet.report.steps.length, 26, said);
  assert.deepEqual(shown, ["green red", "red red", "red green", "red red"]);
  const { raise, lower } = lane.gate.counters;
  assert.deepEqual({ raise, lower }, { raise: 0, lower: 0 }, "the lane has moved nothing");
  assert.ok(!existsSync(join(lane.folder, "gate.json.unfinished")));
  const page = readFileSync(join(lane.folder, "gate.html"), "utf8");
  assert.match(page, /Commissioning sheet: gate/);
});

test("a sheet verifies with its lane's key; a changed one, a foreign key and another file do not", async (t) => {
  const lane = await opened(t);
  await bringUp(lane, "codes", { read: "yes" }, (said) => {
    if (/Hold a known code/.test(said)) lane.codes.hold("30400000001");
  });
  const file = join(lane.folder, "codes.json");
  const verify = (...args: string[]) => lanectl(["device", "sheet", "verify", ...args]);
  const good = await verify(file, "--key", join(lane.folder, PUBLIC_KEY_FILE));
  assert.equal(good.code, 0, good.stdout);
  assert.match(good.stdout, /whole: codes of huu-nghi\/lane-1, passed, by T-1/);

  const changed = join(lane.folder, "changed.json");
  writeFileSync(changed, readFileSync(file, "utf8").replace('"T-1"', '"T-2"'));
  assert.deepEqual((await verify(changed)).code, 1);
  assert.match((await verify(changed)).stdout, /changed after it was signed/);

  const other = await DeviceLane.open(t);
  const foreign = await verify(file, "--key", join(other.folder, PUBLIC_KEY_FILE));
  assert.equal(foreign.code, 1);
  assert.match(foreign.stdout, /it was signed by/);
  assert.equal((await verify(join(lane.folder, "answers.json"))).code, 1);
  assert.equal((await verify(join(lane.folder, "none.json"))).code, 2);
});

test("nothing is lit without a yes, and nothing outside of maintenance", async (t) => {
  const lane = await opened(t);
  const hand = gateHand(lane);
  const lights: string[] = [];
  lane.gate.onChange((change) => {
    if (change.type === "lights") lights.push(change.type);
  });
  const refused = await bringUp(lane, "gate", LAMPS, hand);
  assert.equal(refused.code, 1);
  assert.equal(refused.sheet.report.result, "incomplete");
  assert.equal(outcomes(refused.sheet)["lamp-entry-green"], "skipped");
  assert.match(refused.said, /lamps are tried in maintenance only, the lane is in auto/);

  lane.service = "maintenance";
  const unasked = await bringUp(lane, "gate", { "lamp-entry-green": "no" }, hand);
  assert.deepEqual([unasked.code, outcomes(unasked.sheet)["lamp-exit-red"]], [1, "skipped"]);
  assert.deepEqual(lights, []);
  assert.match(unasked.said, /passed before/, "what had passed is not asked for again");
});

test("a stuck input and one that nobody touches fail, and the sheet says why", async (t) => {
  const lane = await opened(t);
  lane.gate.forceInput("curtain", true);
  const hand = gateHand(lane);
  const { code, sheet } = await bringUp(
    lane,
    "gate",
    {},
    (said) => {
      if (!/arrival loop/.test(said)) hand(said);
    },
    ["--patience", "1"],
  );
  assert.deepEqual([code, sheet.report.result], [1, "failed"]);
  const { "loopArrival-on": untouched, "curtain-on": stuck, "loopExit-on": good } = outcomes(sheet);
  assert.deepEqual([untouched, stuck, good], ["failed", "failed", "passed"]);
  assert.match(
    sheet.report.steps.find(({ id }) => id === "curtain-on")?.measured ?? "",
    /before anything was done: stuck, or wired wrong/,
  );
});

test("a weighbridge: zero, a known weight within its tolerance, zero again; a wrong weight fails", async (t) => {
  const lane = await opened(t);
  const hand: Hand = (said) => {
    if (/drive a vehicle of known weight/.test(said)) lane.scale.setLoad(30_000);
    if (/Drive it off/.test(said)) lane.scale.setLoad(0);
  };
  const wrong = await bringUp(lane, "scale", { "known-weight": 30_200 }, hand);
  assert.equal(outcomes(wrong.sheet)["known-weight"], "failed");
  assert.match(wrong.sheet.report.steps[2]?.expected ?? "", /30200 kg, at most 40 kg off/);

  const right = await bringUp(lane, "scale", { "known-weight": 30_000 }, hand);
  assert.deepEqual([right.code, right.sheet.report.result], [0, "passed"], right.said);
});

test("a camera: pictures are named with their hashes; --yes says that no person looked", async (t) => {
  const lane = await opened(t);
  const { code, sheet, said } = await bringUp(lane, "front", null, () => undefined);
  assert.deepEqual([code, sheet.report.answeredBy], [0, "yes"], said);
  assert.equal(sheet.report.pictures.length, 1);
  assert.match(said, /The picture lies in .*front-.*\.jpg/);
});

test("Ctrl-C interrupts; the same command goes on where it was, or begins again with --afresh", async (t) => {
  const lane = await opened(t);
  const file = join(lane.folder, "gate.json");
  const script = join(lane.folder, "nothing.json");
  writeFileSync(script, "{}");
  const args = ["device", "bringup", "gate", "-o", file, "--script", script, "--socket", lane.socketPath];
  const first = startLanectl([...args, "--patience", "60"]);
  let said = "";
  first.stderr?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until("it waits for the first loop", () => said.includes("onto the arrival loop"));
  first.kill("SIGINT");
  assert.equal(await new Promise((resolve) => first.once("close", resolve)), 130);
  assert.match(said, /interrupted; the same command goes on from here/);
  assert.ok(!existsSync(file), "there is no sheet about half a device");

  const everything = gateProcedure({} as DeviceView).map(({ id }) => [id, "skip"]);
  writeFileSync(script, JSON.stringify(Object.fromEntries(everything)));
  const second = await lanectl([...args, "--patience", "1"]);
  assert.match(second.stderr, /going on with what was begun on .*[\s\S]*gate at rest: passed before/);
  assert.doesNotMatch((await lanectl([...args, "--patience", "1", "--afresh"])).stderr, /going on/);
});

test("without a terminal, a script or --yes nothing begins; a bad script is refused", async (t) => {
  const lane = await opened(t);
  const none = await lanectl(["device", "bringup", "gate", "--socket", lane.socketPath]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /give --script or --yes/);
  const bad = join(lane.folder, "bad.json");
  writeFileSync(bad, '{"curtain-on": "perhaps"}');
  const refused = await lanectl(["device", "bringup", "gate", "--script", bad, "--socket", lane.socketPath]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /something else than yes, no, skip or a number under curtain-on/);
});
