import { setTimeout as delay } from "node:timers/promises";
import type { FaultCode } from "#contract/device";
import { SAME_FRAME_MS } from "#devices/camera/onvif/freshness";
import type { Recorder } from "../recorder.ts";
import { onvifRig } from "../rigs/camera-onvif.ts";
import { idReaderRig, sealNumber, sealReaderRig } from "../rigs/readers.ts";
import { vda5050Rig } from "../rigs/vehicle-link-vda5050.ts";
import {
  cableTo,
  halfOpen,
  type KnobFamily,
  type KnobTable,
  NO_PICTURES,
  NOT_A_GATE,
  NOT_A_SCALE,
  type Turn,
  turn,
} from "./knob.ts";

const NONE_OF_ITS_BUSINESS = { "limit-switch": NOT_A_GATE, "sticky-loop": NOT_A_GATE, drift: NOT_A_SCALE } as const;

/** Findings of one kind since then. */
export const told = (recorder: Recorder, from: number, type: string) =>
  recorder.events.slice(from).filter((one) => one.type === type).length;

const camera: KnobFamily = {
  driver: "onvif-camera",
  open: async () => {
    let port = 0;
    const cable = cableTo(() => port);
    await cable.start();
    // By name: the camera names its addresses by number, and those must not lead past the cable.
    const rig = await onvifRig({}, { url: `http://localhost:${cable.port}/onvif/device_service`, timeoutMs: 600 });
    port = rig.simulator.port;
    const { faults } = rig.simulator;
    const look = () => rig.device.snapshot().catch(() => undefined);
    const seenTwice = (change: Partial<typeof faults>, pauseMs: number, codes: readonly FaultCode[]): Turn =>
      turn(
        async () => {
          Object.assign(faults, change);
          await look();
          await delay(pauseMs);
          await look();
        },
        () => rig.simulator.clearFaults(),
        ...codes,
      );
    const set = (change: Partial<typeof faults>, ...codes: readonly FaultCode[]) => seenTwice(change, 0, codes);
    const knobs: KnobTable = {
      ...NONE_OF_ITS_BUSINESS,
      late: set({ lateMs: 1500 }, "TIMEOUT"),
      silent: set({ silent: "always" }, "TIMEOUT"),
      stuck: seenTwice({ picture: "frozen" }, SAME_FRAME_MS + 100, ["STALE"]),
      noisy: "a picture is noise and lane in one; what can be read in it is the recogniser's",
      duplicate: {
        on: () => {
          for (const _ of [1, 2]) rig.simulator.emitPlate({ plate: "29H67890", likelihood: 0.9 });
        },
        off: () => undefined,
        shown: (recorder, from) => told(recorder, from, "plate-seen") >= 2,
      },
      garbage: set({ garbageSoap: true }, "PROTOCOL"),
      "half-open": halfOpen(cable, "TIMEOUT"),
      "wrong-clock": set({ clockOffsetMs: -3_600_000 }, "CLOCK"),
      reboot: turn(
        () => rig.simulator.reboot(500),
        () => undefined,
        "OFFLINE",
      ),
      "old-picture": set({ picture: "yesterday" }, "STALE"),
    };
    const dispose = async () => {
      await rig.dispose();
      await cable.stop();
    };
    return { ...rig, dispose, knobs };
  },
};

export const READER = {
  ...NONE_OF_ITS_BUSINESS,
  late: "it talks by itself, and nobody waits for an answer",
  stuck: "a tag or seal that stays is told again and again; nothing has to change",
  "old-picture": NO_PICTURES,
} as const;

const NO_LINE = Buffer.from("c328fffe0d0a", "hex");

const idReader: KnobFamily = {
  driver: "text-id-reader",
  open: async () => {
    let port = 0;
    const cable = cableTo(() => port);
    const rig = await idReaderRig("tag", cable);
    port = rig.simulator.server.port;
    const hold = (from: number, count: number) => rig.plant.show(from, count);
    const knobs: KnobTable = {
      ...READER,
      silent: turn(
        () => rig.plant.setSilent(true),
        () => rig.plant.setSilent(false),
        "TIMEOUT",
      ),
      noisy: turn(
        () => hold(0, 500),
        () => hold(0, 0),
        "RANGE",
      ),
      duplicate: {
        on: () => hold(7, 1),
        off: () => hold(7, 0),
        // It is read fifty times a second and told once, and again after 400 ms.
        shown: (recorder, from) => told(recorder, from, "id-seen") === 2,
      },
      garbage: turn(
        () => rig.plant.sendRaw(NO_LINE),
        () => undefined,
        "PROTOCOL",
      ),
      "half-open": halfOpen(cable, "TIMEOUT"),
      "wrong-clock": "its lines carry no time",
      reboot: turn(
        () => rig.plant.setCut(true),
        () => undefined,
        "OFFLINE",
      ),
    };
    return { ...rig, knobs };
  },
};

const sealReader: KnobFamily = {
  driver: "text-seal-reader",
  open: async () => {
    let port = 0;
    const cable = cableTo(() => port);
    const rig = await sealReaderRig(cable);
    port = rig.simulator.server.port;
    const nothing = () => rig.simulator.bring();
    const knobs: KnobTable = {
      ...READER,
      silent: turn(
        () => rig.plant.setSilent(true),
        () => rig.plant.setSilent(false),
        "TIMEOUT",
      ),
      noisy: turn(() => rig.plant.show(0, 500), nothing, "RANGE"),
      duplicate: {
        on: () => rig.plant.show(7, 1),
        off: nothing,
        shown: (recorder, from) => told(recorder, from, "seal-read") === 2,
      },
      garbage: turn(
        () => rig.plant.sendRaw(NO_LINE),
        () => undefined,
        "PROTOCOL",
      ),
      "half-open": halfOpen(cable, "TIMEOUT"),
      "wrong-clock": turn(
        () => rig.simulator.bring({ seal: sealNumber(1), state: "sealed", heardAt: Date.now() + 3_600_000 }),
        nothing,
        "PROTOCOL",
      ),
      reboot: turn(
        () => rig.plant.setCut(true),
        () => undefined,
        "OFFLINE",
      ),
    };
    return { ...rig, knobs };
  },
};

const vehicles: KnobFamily = {
  driver: "vda5050-vehicles",
  open: async () => {
    const rig = await vda5050Rig();
    const igv = await rig.vehicle("igv-1");
    const knobs: KnobTable = {
      ...NONE_OF_ITS_BUSINESS,
      late: "a late message of a vehicle is one of its past: its lease runs out, and the lane stays occupied",
      silent: "a vehicle that falls silent is lost after its lease, and its link with its last will",
      stuck: "a vehicle that repeats its state stays where it is",
      noisy: "a vehicle tells requests, and no measurements",
      duplicate: {
        on: async () => {
          for (const _ of [1, 2, 3]) await igv.ask("knob-1");
        },
        off: () => igv.leave("knob-1"),
        shown: (recorder, from) => told(recorder, from, "vehicle-requested") === 1,
      },
      garbage: turn(
        () => igv.babble("{"),
        () => igv.leave("knob-2"),
        "PROTOCOL",
      ),
      "half-open": "MQTT's own keep-alive of 5 s finds it, as for every MQTT client",
      "wrong-clock": "leases are counted by the lane's own clock",
      reboot: turn(
        () => rig.setNetwork(false),
        () => rig.setNetwork(true),
        "OFFLINE",
      ),
      "old-picture": NO_PICTURES,
    };
    return { ...rig, knobs };
  },
};

export const EDGE_KNOBS: readonly KnobFamily[] = [camera, idReader, sealReader, vehicles];
