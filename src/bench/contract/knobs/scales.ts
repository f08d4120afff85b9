import type { WeightSample } from "#contract/reading";
import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import type { WeighbridgeRig } from "../checks/weighbridge-rig.ts";
import type { Recorder } from "../recorder.ts";
import { tcpLine, weighbridgeRtuRig } from "../rigs/rtu.ts";
import { asciiRig } from "../rigs/weighbridge-ascii.ts";
import { weighbridgeModbusRig } from "../rigs/weighbridge-modbus.ts";
import {
  cableTo,
  halfOpen,
  type KnobFamily,
  type KnobTable,
  NO_PICTURES,
  NOT_A_GATE,
  type Turn,
  turn,
} from "./knob.ts";

const since = (recorder: Recorder, from: number): WeightSample[] =>
  recorder.events.slice(from).flatMap((one) => (one.type === "weight" ? [one.sample] : []));

type Shared =
  | "late"
  | "silent"
  | "noisy"
  | "garbage"
  | "reboot"
  | "limit-switch"
  | "drift"
  | "sticky-loop"
  | "old-picture";

/** What every weighbridge has, whatever its wire. */
export function scaleKnobs({ plant }: WeighbridgeRig): Pick<KnobTable, Shared> {
  const wire = (fault: "late" | "silence" | "garbage", ...codes: Parameters<typeof turn>[2][]) =>
    turn(
      () => plant.misbehave(fault),
      () => plant.behave(),
      ...codes,
    );
  const noisy: Turn = {
    on: async () => {
      await plant.setLoad(20_000);
      plant.setShake(200);
    },
    off: async () => {
      plant.setShake(0);
      await plant.setLoad(0);
    },
    shown: (recorder, from) => new Set(since(recorder, from).map(({ grossKg }) => grossKg)).size > 8,
  };
  const drift: Turn = {
    on: () => plant.setDrift(60),
    off: () => plant.setDrift(0),
    shown: (recorder, from) =>
      since(recorder, from).some(({ grossKg, atZero, stable }) => grossKg === 60 && !atZero && stable),
  };
  return {
    late: wire("late", "TIMEOUT"),
    silent: wire("silence", "TIMEOUT"),
    noisy,
    garbage: wire("garbage", "PROTOCOL", "OFFLINE", "TIMEOUT"),
    reboot: turn(
      () => plant.reboot(),
      () => undefined,
      "OFFLINE",
    ),
    "limit-switch": NOT_A_GATE,
    drift,
    "sticky-loop": NOT_A_GATE,
    "old-picture": NO_PICTURES,
  };
}

const NO_TIME = "its registers carry no time";

function onModbus(rig: WeighbridgeRig, simulator: WeighbridgeSimulator, cable: FaultyLink): KnobTable {
  return {
    ...scaleKnobs(rig),
    stuck: turn(
      () => simulator.setFrozen(true),
      () => simulator.setFrozen(false),
      "STALE",
    ),
    duplicate: turn(
      () => simulator.server.setFault({ kind: "duplicate" }),
      () => simulator.server.clearFault(),
      "PROTOCOL",
    ),
    "half-open": halfOpen(cable, "TIMEOUT"),
    "wrong-clock": NO_TIME,
  };
}

export const SCALES: readonly KnobFamily[] = [
  {
    driver: "modbus-weighbridge",
    open: async () => {
      let port = 0;
      const cable = cableTo(() => port);
      const rig = await weighbridgeModbusRig("generic", cable);
      port = rig.simulator.port;
      return { ...rig, knobs: onModbus(rig, rig.simulator, cable) };
    },
  },
  {
    driver: "modbus-rtu-weighbridge",
    open: async () => {
      const { server } = tcpLine();
      const cable = cableTo(() => server.port);
      await cable.start();
      const rig = await weighbridgeRtuRig({ server, line: () => `tcp://127.0.0.1:${cable.port}` });
      const dispose = async () => {
        await rig.dispose();
        await cable.stop();
      };
      return { ...rig, dispose, knobs: onModbus(rig, rig.simulator, cable) };
    },
  },
  {
    driver: "ascii-weighbridge",
    open: async () => {
      let port = 0;
      const cable = cableTo(() => port);
      const rig = await asciiRig("and-18", undefined, cable);
      port = rig.simulator.server.port;
      const knobs: KnobTable = {
        ...scaleKnobs(rig),
        late: "it talks by itself, and nobody waits for an answer",
        stuck:
          "its frames carry no count: that it stands still is not to be seen on the wire, and the lane's guard asks for a zero",
        duplicate: "it repeats itself as a matter of course",
        "half-open": halfOpen(cable, "TIMEOUT"),
        "wrong-clock": "its frames carry no time",
      };
      return { ...rig, knobs };
    },
  },
];
