import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Broker } from "#bench/operations/broker";
import type { VehicleLinkDevice } from "#contract/device";
import { isLaneError } from "#contract/errors";
import { vda5050Vehicles } from "#devices/vehicle-link/vda5050/descriptor";
import { SimulatedVehicle } from "#devices/vehicle-link/vda5050/simulator";
import { eventually, letPass } from "../../../contract/eventually.ts";
import { Recorder } from "../../../contract/recorder.ts";

interface Rig {
  readonly broker: Broker;
  readonly link: VehicleLinkDevice;
  readonly recorder: Recorder;
  vehicle(serial: string): Promise<SimulatedVehicle>;
}

/** A broker, a link that is healthy, and as many vehicles as a test asks for. */
async function withRig(body: (rig: Rig) => Promise<void>): Promise<void> {
  const broker = new Broker();
  await broker.start();
  const recorder = new Recorder();
  const create = await vda5050Vehicles.load();
  const options = {
    url: broker.url,
    interfaceName: "uagv",
    zoneSet: "gate",
    zone: "lane-1",
    otherLanes: ["lane-2"],
    vehicles: [{ manufacturer: "acme", serials: ["igv-1", "igv-2"] }],
  };
  const link = create("vehicles", options, recorder);
  const vehicles: SimulatedVehicle[] = [];
  const vehicle = async (serial: string) => {
    const one = new SimulatedVehicle({ url: broker.url, manufacturer: "acme", serial });
    vehicles.push(one);
    await one.start();
    return one;
  };
  try {
    await link.start();
    await eventually("healthy", () => recorder.healthy);
    await body({ broker, link, recorder, vehicle });
  } finally {
    await Promise.all(vehicles.map((one) => one.stop()));
    await link.stop();
    await broker.stop();
  }
}

const types = ({ recorder }: Rig) => recorder.events.map(({ type }) => type).filter((type) => type !== "health");

describe("vda5050-vehicles", { concurrency: 4 }, () => {
  it("lets a vehicle wait, in and out", () =>
    withRig(async (rig) => {
      const igv = await rig.vehicle("igv-1");
      await igv.request("r1", "gate", "lane-1");
      await eventually("told to wait", () => igv.answers.some(({ grantType }) => grantType === "QUEUED"));
      await letPass(200);
      assert.deepEqual(types(rig), ["vehicle-requested"], "nobody is let in by the link itself");
      const until = await rig.link.grant("acme/igv-1", "r1", 30_000);
      const grant = await eventually("granted", () => igv.answers.find(({ grantType }) => grantType === "GRANTED"));
      assert.equal(Date.parse(grant.leaseExpiry ?? ""), Math.floor(until));
      await eventually("entered", () => types(rig).includes("vehicle-entered"));
      await igv.leave("r1");
      await eventually("left", () => types(rig).includes("vehicle-left"));
      assert.deepEqual(rig.recorder.of("vehicle-left")[0]?.entered, true);
    }));

  it("B35 keeps the lane occupied when the last will of a vehicle inside arrives", () =>
    withRig(async (rig) => {
      const [igv, next] = [await rig.vehicle("igv-1"), await rig.vehicle("igv-2")];
      await igv.request("r1", "gate", "lane-1");
      await next.request("r2", "gate", "lane-1");
      await eventually("both asked", () => types(rig).length === 2);
      await rig.link.grant("acme/igv-1", "r1", 30_000);
      await eventually("entered", () => types(rig).includes("vehicle-entered"));
      igv.crash();
      const lost = await eventually("lost", () => rig.recorder.of("vehicle-lost")[0]);
      assert.deepEqual([lost.vehicle, lost.entered], ["acme/igv-1", true]);
      await assert.rejects(rig.link.grant("acme/igv-2", "r2", 30_000), (error) =>
        isLaneError(error, "MESSAGE_REFUSED"),
      );
    }));

  it("B35 refuses what must not be let in, and is no worse for it", () =>
    withRig(async (rig) => {
      const stranger = await rig.vehicle("igv-9");
      await stranger.request("r1", "gate", "lane-1");
      await eventually("rejected", () => stranger.answers.some(({ grantType }) => grantType === "REJECTED"));
      const igv = await rig.vehicle("igv-1");
      igv.etaUtc = Date.now() - 3_600_000;
      await igv.request("r1", "gate", "lane-1");
      await eventually("rejected", () => igv.answers.some(({ grantType }) => grantType === "REJECTED"));
      assert.deepEqual(types(rig), []);
      assert.equal(rig.recorder.healthy, true);
    }));

  it("takes nothing that a vehicle says in the name of another, and no babble", () =>
    withRig(async (rig) => {
      const igv = await rig.vehicle("igv-1");
      for (const babble of ["", "{", "[]", "{}", '{"zoneRequests":[]}', `{"a":${"[".repeat(20_000)}`]) {
        await igv.babble(babble);
      }
      await eventually("fault PROTOCOL", () => rig.recorder.fault === "PROTOCOL");
      await igv.report("igv-2");
      await letPass(200);
      assert.deepEqual(types(rig), []);
      await igv.request("r1", "gate", "lane-1");
      await eventually("asked", () => types(rig).includes("vehicle-requested"));
      await eventually("healthy again", () => rig.recorder.healthy);
    }));

  it("grants nothing while the broker is away, and goes on when it is back", () =>
    withRig(async (rig) => {
      const igv = await rig.vehicle("igv-1");
      await igv.request("r1", "gate", "lane-1");
      await eventually("asked", () => types(rig).includes("vehicle-requested"));
      await rig.broker.stop();
      await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
      await assert.rejects(rig.link.grant("acme/igv-1", "r1", 30_000), (error) => isLaneError(error, "DEVICE_OFFLINE"));
      await rig.broker.start();
      await eventually("healthy again", () => rig.recorder.healthy);
    }));

  it("posts nothing after the stop, and stops twice", () =>
    withRig(async (rig) => {
      const igv = await rig.vehicle("igv-1");
      await rig.link.stop();
      await rig.link.stop();
      const { length } = rig.recorder.events;
      await igv.request("r1", "gate", "lane-1");
      await letPass(200);
      assert.equal(rig.recorder.events.length, length);
    }));
});
