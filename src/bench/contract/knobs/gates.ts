import type { GateInputName, GateInputs } from "#contract/device";
import type { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import type { FaultyLink } from "#devices/transport/common/faulty-link";
import type { GateRig } from "../checks/gate-rig.ts";
import type { Recorder } from "../recorder.ts";
import { gateModbusRig } from "../rigs/gate-modbus.ts";
import { gateRtuRig, tcpLine } from "../rigs/rtu.ts";
import {
  cableTo,
  halfOpen,
  type KnobFamily,
  type KnobTable,
  NO_PICTURES,
  NOT_A_SCALE,
  repeating,
  type Turn,
  turn,
} from "./knob.ts";

interface Forced {
  setInputs(changes: Partial<GateInputs>): void;
  forceInput(name: GateInputName, value: boolean | undefined): void;
}

const imagesSince = (recorder: Recorder, from: number): GateInputs[] =>
  recorder.events.slice(from).flatMap((one) => (one.type === "gate-inputs" ? [one.inputs] : []));

/** An input that does not tell the truth, as the driver must pass it on: what follows from it is the lane's to judge. */
const forced = (simulator: Forced, name: GateInputName, value: boolean): Turn => ({
  on: () => simulator.forceInput(name, value),
  off: () => simulator.forceInput(name, undefined),
  shown: (recorder, from) => imagesSince(recorder, from).at(-1)?.[name] === value,
});

/** What every gate has, whatever its wire. */
export function gateKnobs(rig: GateRig, simulator: Forced): Omit<KnobTable, "half-open" | "duplicate" | "wrong-clock"> {
  const { plant } = rig;
  const flicker = repeating(60, (round) => simulator.setInputs({ loopArrival: round % 2 === 0 }));
  const wire = (fault: "late" | "silence" | "garbage", ...codes: Parameters<typeof turn>[2][]) =>
    turn(
      () => plant.misbehave(fault, "reads"),
      () => plant.behave(),
      ...codes,
    );
  return {
    late: wire("late", "TIMEOUT"),
    silent: wire("silence", "TIMEOUT"),
    stuck: turn(
      () => plant.setFrozen(true),
      () => plant.setFrozen(false),
      "STALE",
    ),
    noisy: {
      on: () => flicker.start(),
      off: () => {
        flicker.stop();
        simulator.setInputs({ loopArrival: false });
      },
      shown: (recorder, from) => imagesSince(recorder, from).length > 6,
    },
    garbage: wire("garbage", "PROTOCOL", "OFFLINE", "TIMEOUT"),
    reboot: turn(
      () => plant.reboot(),
      () => undefined,
      "OFFLINE",
    ),
    "limit-switch": forced(simulator, "boomClosed", false),
    drift: NOT_A_SCALE,
    "sticky-loop": forced(simulator, "loopUnder", true),
    "old-picture": NO_PICTURES,
  };
}

const NO_TIME = "its registers carry no time";

function onModbus(rig: GateRig, simulator: GatePlcSimulator, cable: FaultyLink): KnobTable {
  return {
    ...gateKnobs(rig, simulator),
    duplicate: turn(
      () => simulator.server.setFault({ kind: "duplicate" }),
      () => simulator.server.clearFault(),
      "PROTOCOL",
    ),
    "half-open": halfOpen(cable, "TIMEOUT"),
    "wrong-clock": NO_TIME,
  };
}

export const MODBUS_GATES: readonly KnobFamily[] = [
  {
    driver: "modbus-gate",
    open: async () => {
      let port = 0;
      const cable = cableTo(() => port);
      const rig = await gateModbusRig("generic", cable);
      port = rig.simulator.port;
      return { ...rig, knobs: onModbus(rig, rig.simulator, cable) };
    },
  },
  {
    driver: "modbus-rtu-gate",
    open: async () => {
      const { server } = tcpLine();
      const cable = cableTo(() => server.port);
      await cable.start();
      const rig = await gateRtuRig({ server, line: () => `tcp://127.0.0.1:${cable.port}` });
      const dispose = async () => {
        await rig.dispose();
        await cable.stop();
      };
      return { ...rig, dispose, knobs: onModbus(rig, rig.simulator, cable) };
    },
  },
];
