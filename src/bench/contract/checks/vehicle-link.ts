import assert from "node:assert/strict";
import type { VehicleLinkDevice } from "#contract/device";
import { isLaneError } from "#contract/errors";
import type { Check, Measured, Need, Rig } from "../check.ts";
import { eventually, letPass } from "../eventually.ts";

/** An unmanned vehicle that speaks the protocol of the link, in the words of these checks. */
export interface BenchVehicle {
  /** As the lane names it. */
  readonly name: string;
  readonly answers: readonly {
    readonly requestId: string;
    readonly grantType: string;
    readonly leaseExpiry?: string;
  }[];
  /** Expected time of arrival to report, milliseconds since 1970. */
  etaUtc: number | undefined;
  /** Asks for this lane. */
  ask(request: string): Promise<void>;
  /** Is through, or wants in no more. */
  leave(request: string): Promise<void>;
  /** Loses its link without a word. */
  crash(): void;
  /** Speaks in the name of another serial number. */
  reportAs(serial: string): Promise<void>;
  /** Says something that is no message. */
  babble(payload: string): Promise<void>;
}

export interface VehicleLinkRig extends Rig {
  /** Not started. At a simulator it knows the vehicles `igv-1` and `igv-2`, and not `igv-9`. */
  readonly device: VehicleLinkDevice;
  /** A vehicle that is on the network. */
  vehicle(serial: string): Promise<BenchVehicle>;
  /** Takes the fleet's network away, and brings it back. */
  setNetwork(up: boolean): Promise<void>;
}

type Body = (rig: VehicleLinkRig, measured: Measured) => Promise<void>;
const check = (name: string, needs: readonly Need[], run: Body): Check<VehicleLinkRig> => ({
  name,
  about: "vehicle-link",
  needs,
  run,
});

async function startHealthy(rig: VehicleLinkRig): Promise<number> {
  const began = performance.now();
  await rig.device.start();
  await eventually("healthy", () => rig.recorder.healthy);
  return performance.now() - began;
}

const types = ({ recorder }: VehicleLinkRig) =>
  recorder.events.map(({ type }) => type).filter((type) => type !== "health");

const ADMISSION: readonly Check<VehicleLinkRig>[] = [
  check("is healthy soon after the start, under its own device id, and stops twice", [], async (rig, measured) => {
    measured("start to healthy", await startHealthy(rig), "ms");
    assert.deepEqual(new Set(rig.recorder.events.map(({ device }) => device)), new Set([rig.device.id]));
    await rig.device.stop();
    await rig.device.stop();
  }),

  check("lets a vehicle wait, in and out", ["simulator"], async (rig) => {
    await startHealthy(rig);
    const igv = await rig.vehicle("igv-1");
    await igv.ask("r1");
    await eventually("told to wait", () => igv.answers.some(({ grantType }) => grantType === "QUEUED"));
    await letPass(200);
    assert.deepEqual(types(rig), ["vehicle-requested"], "nobody is let in by the link itself");
    const until = await rig.device.grant(igv.name, "r1", 30_000);
    const grant = await eventually("granted", () => igv.answers.find(({ grantType }) => grantType === "GRANTED"));
    assert.equal(Date.parse(grant.leaseExpiry ?? ""), Math.floor(until));
    await eventually("entered", () => types(rig).includes("vehicle-entered"));
    await igv.leave("r1");
    await eventually("left", () => types(rig).includes("vehicle-left"));
    assert.deepEqual(rig.recorder.of("vehicle-left")[0]?.entered, true);
  }),

  check("B35 keeps the lane occupied when a vehicle inside loses its link", ["simulator"], async (rig) => {
    await startHealthy(rig);
    const [igv, next] = [await rig.vehicle("igv-1"), await rig.vehicle("igv-2")];
    await igv.ask("r1");
    await next.ask("r2");
    await eventually("both asked", () => types(rig).length === 2);
    await rig.device.grant(igv.name, "r1", 30_000);
    await eventually("entered", () => types(rig).includes("vehicle-entered"));
    igv.crash();
    const lost = await eventually("lost", () => rig.recorder.of("vehicle-lost")[0]);
    assert.deepEqual([lost.vehicle, lost.entered], [igv.name, true]);
    await assert.rejects(rig.device.grant(next.name, "r2", 30_000), (error) => isLaneError(error, "MESSAGE_REFUSED"));
  }),
];

const FAULTS: readonly Check<VehicleLinkRig>[] = [
  check("B35 refuses what must not be let in, and is no worse for it", ["simulator"], async (rig) => {
    await startHealthy(rig);
    const stranger = await rig.vehicle("igv-9");
    await stranger.ask("r1");
    await eventually("rejected", () => stranger.answers.some(({ grantType }) => grantType === "REJECTED"));
    const igv = await rig.vehicle("igv-1");
    igv.etaUtc = Date.now() - 3_600_000;
    await igv.ask("r1");
    await eventually("rejected", () => igv.answers.some(({ grantType }) => grantType === "REJECTED"));
    assert.deepEqual(types(rig), []);
    assert.equal(rig.recorder.healthy, true);
  }),

  check("takes nothing that a vehicle says in the name of another, and no babble", ["simulator"], async (rig) => {
    await startHealthy(rig);
    const igv = await rig.vehicle("igv-1");
    for (const babble of ["", "{", "[]", "{}", '{"zoneRequests":[]}', `{"a":${"[".repeat(20_000)}`]) {
      await igv.babble(babble);
    }
    await eventually("fault PROTOCOL", () => rig.recorder.fault === "PROTOCOL");
    await igv.reportAs("igv-2");
    await letPass(200);
    assert.deepEqual(types(rig), []);
    await igv.ask("r1");
    await eventually("asked", () => types(rig).includes("vehicle-requested"));
    await eventually("healthy again", () => rig.recorder.healthy);
  }),

  check(
    "grants nothing while the network of the fleet is away, and goes on when it is back",
    ["wire"],
    async (rig, measured) => {
      await startHealthy(rig);
      const began = performance.now();
      await rig.setNetwork(false);
      await eventually("fault OFFLINE", () => rig.recorder.fault === "OFFLINE");
      measured("network gone to the fault raised", performance.now() - began, "ms");
      await assert.rejects(rig.device.grant("acme/igv-1", "r1", 30_000), (error) =>
        isLaneError(error, "DEVICE_OFFLINE"),
      );
      await rig.setNetwork(true);
      await eventually("healthy again", () => rig.recorder.healthy, 60_000);
    },
  ),

  check("posts nothing after the stop", ["simulator"], async (rig) => {
    await startHealthy(rig);
    const igv = await rig.vehicle("igv-1");
    await rig.device.stop();
    const { length } = rig.recorder.events;
    await igv.ask("r1");
    await letPass(200);
    assert.equal(rig.recorder.events.length, length);
  }),
];

/** What every link to unmanned vehicles must do, whatever its protocol. */
export const VEHICLE_LINK_CHECKS: readonly Check<VehicleLinkRig>[] = [...ADMISSION, ...FAULTS];
