import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fleet } from "#bench/fittings/fleet";
import type { DeviceEvent } from "#contract/device";
import { openVehicleLink } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { until } from "../../e2e/until.ts";

const OPTIONS = {
  interfaceName: "uagv",
  zoneSet: "gate",
  zone: "lane-9",
  otherLanes: [],
  vehicles: [{ manufacturer: "works", serials: ["igv-1"] }],
};

/** A fleet behind TLS, and the lane's driver that talks to it with this password. */
async function rig(t: TestContext, password: string) {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-fleet-test-"));
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const entry = { driver: "vda5050-vehicles", url: "mqtts://fleet:8883", username: "lane-9", ...OPTIONS };
  const fleet = new Fleet(entry, "right");
  const { options } = await fleet.start();
  const events: DeviceEvent[] = [];
  const spec = {
    id: "fleet",
    driver: entry.driver,
    options: { ...OPTIONS, ...options, username: "lane-9", passwordFile },
  };
  const link = await openVehicleLink(spec, { clock: systemClock, post: (event) => void events.push(event) });
  await link.start();
  t.after(async () => {
    await link.stop();
    await fleet.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { fleet, link, events };
}

test("a vehicle stays before the boom until the lane has let it in, over TLS and with a password", async (t) => {
  const { fleet, link, events } = await rig(t, "right");
  assert.equal(fleet.mayDrive("truck"), true, "it is no vehicle of the fleet");
  await until("the link is up", () => events.some((one) => one.type === "health" && one.health.state === "up"));
  await fleet.request("first", "igv-1");
  const asked = await until("it asks", () => events.find((one) => one.type === "vehicle-requested"));
  assert.equal(fleet.mayDrive("first"), false);
  assert.ok(asked.type === "vehicle-requested");
  await link.grant(asked.vehicle, asked.request, 30_000);
  await until("it may drive", () => fleet.mayDrive("first"));
  await fleet.leave("another");
  assert.equal(fleet.mayDrive("first"), true, "who leaves takes nobody's permission along but its own");
  await fleet.leave("first");
  await until("it says that it is out", () => events.some((one) => one.type === "vehicle-left"));
});

test("the broker does not take a lane with another password", async (t) => {
  const { events } = await rig(t, "wrong");
  await until("the link is down", () => events.some((one) => one.type === "health" && one.health.state === "down"));
  assert.ok(!events.some((one) => one.type === "health" && one.health.state === "up"));
});
