import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Broker } from "#bench/operations/broker";
import type { DeviceEvent } from "#contract/device";
import { isLaneError } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import { RemoteVehicleLinks } from "#control/remote-vehicle-links";
import { openVehicleLink } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { SimulatedVehicle } from "#devices/vehicle-link/vda5050/simulator";
import { FieldDevices } from "#edge/field-devices";
import { until } from "../e2e/until.ts";

const ZONE = { zoneSet: "gate", zone: "lane-9" };
const LEASE_MS = 30_000;

interface Rig {
  readonly links: RemoteVehicleLinks;
  readonly vehicle: SimulatedVehicle;
  readonly events: DeviceEvent[];
  /** While it is set, orders are held back on their way to the edge process. */
  held: ToEdge[] | null;
  deliver(message: ToEdge): void;
}

/** A vehicle, the broker of its fleet, the edge's end of the link, and control's; messages are copied, as on the line. */
async function rig(t: TestContext): Promise<Rig> {
  const broker = new Broker();
  await broker.start();
  const events: DeviceEvent[] = [];
  const vehicles = [{ manufacturer: "works", serials: ["igv-1"] }];
  const options = { url: broker.url, interfaceName: "uagv", ...ZONE, otherLanes: [], vehicles };
  const field = new FieldDevices({
    clock: systemClock,
    devices: async (context) => ({
      gate: null,
      links: [await openVehicleLink({ id: "fleet", driver: "vda5050-vehicles", options }, context)],
      others: [],
    }),
    send: (message: ToControl) => {
      if (message.type === "vehicle-order-outcome") made.links.outcome(structuredClone(message));
    },
  });
  const deliver = (message: ToEdge) => {
    if (message.type === "vehicle-order") void field.vehicleOrder(structuredClone(message));
  };
  const send = (message: ToEdge) => (made.held === null ? deliver(message) : void made.held.push(message));
  const links = new RemoteVehicleLinks({ clock: systemClock, send });
  const vehicle = new SimulatedVehicle({ url: broker.url, manufacturer: "works", serial: "igv-1" });
  const made: Rig = { links, vehicle, events, held: null, deliver };
  await field.start({ clock: systemClock, post: (event) => void events.push(event) });
  await until("the link is up", () => events.some((event) => event.type === "health" && event.health.state === "up"));
  await vehicle.start();
  t.after(async () => {
    await vehicle.stop();
    await field.stop();
    await broker.stop();
  });
  return made;
}

const asked = ({ events }: Rig) => until("it has asked", () => events.some(({ type }) => type === "vehicle-requested"));
const answersOf = ({ vehicle }: Rig) => vehicle.answers.map(({ grantType }) => grantType);

test("a vehicle waits, is granted the lane for a time, says that it is in, and that it is out", async (t) => {
  const lane = await rig(t);
  await lane.vehicle.request("r1", ZONE.zoneSet, ZONE.zone);
  await asked(lane);
  await until("it is told to wait", () => answersOf(lane).includes("QUEUED"));
  const before = Date.now();
  const leaseUtc = await lane.links.grant("fleet", lane.vehicle.name, "r1", LEASE_MS);
  assert.ok(leaseUtc >= before + LEASE_MS && leaseUtc <= Date.now() + LEASE_MS);
  await until("it says that it is in", () => lane.events.some(({ type }) => type === "vehicle-entered"));
  await lane.vehicle.leave("r1");
  const left = await until("it says that it is out", () => lane.events.find(({ type }) => type === "vehicle-left"));
  assert.deepEqual([left.type === "vehicle-left" && left.entered, left.device], [true, "fleet"]);
  assert.deepEqual(answersOf(lane), ["QUEUED", "GRANTED"]);
});

test("a vehicle that is refused stays outside and may not be granted afterwards", async (t) => {
  const lane = await rig(t);
  await lane.vehicle.request("r1", ZONE.zoneSet, ZONE.zone);
  await asked(lane);
  await lane.links.refuse("fleet", lane.vehicle.name, "r1");
  await until("it is told", () => answersOf(lane).includes("REJECTED"));
  await assert.rejects(lane.links.grant("fleet", lane.vehicle.name, "r1", LEASE_MS), (error) =>
    isLaneError(error, "MESSAGE_REFUSED"),
  );
  assert.ok(!answersOf(lane).includes("GRANTED"));
});

test("an order that was stuck on its way lets nobody in; what nobody knows is said to be unknown", async (t) => {
  const lane = await rig(t);
  await lane.vehicle.request("r1", ZONE.zoneSet, ZONE.zone);
  await asked(lane);
  const held: ToEdge[] = [];
  lane.held = held;
  await assert.rejects(lane.links.grant("fleet", lane.vehicle.name, "r1", LEASE_MS), (error) =>
    isLaneError(error, "DEVICE_TIMEOUT"),
  );
  assert.equal(held.length, 1);
  lane.held = null;
  for (const message of held) lane.deliver(message);
  // The next order is answered after the late one was taken: by then a permission would have been sent.
  await lane.links.refuse("fleet", lane.vehicle.name, "r1");
  await until("it is told", () => answersOf(lane).includes("REJECTED"));
  assert.deepEqual(answersOf(lane), ["QUEUED", "REJECTED"]);
});

test("a link that is not there refuses, and says which", async (t) => {
  const { links } = await rig(t);
  await assert.rejects(
    links.grant("flete", "works/igv-1", "r1", LEASE_MS),
    (error) => isLaneError(error, "DEVICE_OFFLINE") && /flete/.test(error.detail),
  );
});
