import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { generateKeys } from "#bench/operations/keys";
import type { DeviceView } from "#edge/devices/device-view";
import type { CommissioningSheet } from "#store/commissioning-sheet";
import { gateProcedure } from "../../src/cli/bringup/procedure-gate.ts";
import { BenchLane } from "./bench-lane.ts";
import { lanectl, lanectlJson } from "./lanectl.ts";

const technician = generateKeys("t-0421");
let lane: BenchLane;
let folder = "";

before(async () => {
  lane = await BenchLane.open([]);
  folder = dirname(lane.files.config);
  writeFileSync(join(folder, "t-0421.pem"), technician.publicKeyPem);
  writeFileSync(join(folder, "t-0421.key"), technician.privateKeyPem, { mode: 0o600 });
  const key = { kid: technician.kid, subject: "T-0421", roles: ["technician"], publicKeyFile: "./t-0421.pem" };
  const config = parse(readFileSync(lane.files.config, "utf8"));
  writeFileSync(lane.files.config, stringify({ ...config, orders: { keys: [key] } }));
  await lane.startDaemon();
  await lane.ready();
});

after(() => lane?.close());

const mode = async (wanted: string) => {
  const key = `${technician.kid}=${join(folder, "t-0421.key")}`;
  const order = ["mode", wanted, "--role", "technician", "--reason", "new lamps", "--key", key];
  const { code, stdout } = await lanectl(lane.files.socket, ...order);
  assert.equal(code, 0, stdout);
  await lane.statusWhen(`the lane is in ${wanted}`, (status) => status.mode.startsWith(wanted));
};

/** Leaves out everything but the lamps. */
async function lampsOnly(): Promise<CommissioningSheet> {
  const answers = gateProcedure({} as DeviceView).map(({ id }) => [id, id.startsWith("lamp-") ? "yes" : "skip"]);
  const script = join(folder, "answers.json");
  writeFileSync(script, JSON.stringify(Object.fromEntries(answers)));
  const sheet = join(folder, "sheet.json");
  const args = ["device", "bringup", "gate", "--script", script, "-o", sheet, "--afresh"];
  await lanectl(lane.files.socket, ...args);
  return JSON.parse(readFileSync(sheet, "utf8")) as CommissioningSheet;
}

test("in maintenance lamps are lit one by one, are journaled, and the lane takes its lights back afterwards", async () => {
  await lane.when("the lane invites a vehicle", () => lane.hardware.gate.lights.entry === "green");
  await mode("maintenance");
  await lane.when("nobody is invited any more", () => lane.hardware.gate.lights.entry === "red");
  const shown: string[] = [];
  const stop = lane.hardware.gate.onChange((change) => {
    if (change.type === "lights") shown.push(`${change.entry} ${change.exit}`);
  });
  const { report } = await lampsOnly();
  stop();
  const lamps = report.steps.filter(({ id }) => id.startsWith("lamp-"));
  assert.deepEqual(
    lamps.map(({ outcome }) => outcome),
    ["passed", "passed", "passed", "passed"],
    JSON.stringify(lamps),
  );
  assert.deepEqual(shown, ["green red", "red red", "red green", "red red"]);
  const rows = lane.entries.filter(({ type, data }) => type === "signal.changed" && "lampTest" in (data as object));
  assert.equal(rows.length, 4);
  assert.deepEqual(lane.hardware.boom, { raised: 0, lowered: 0 });

  await mode("auto");
  await lane.when("the lane invites a vehicle again", () => lane.hardware.gate.lights.entry === "green");
  const device = (await lanectlJson(lane.files.socket, "device", "show", "gate")) as DeviceView;
  assert.equal(device.health.state, "up");
});
