import type { GatePlantFault } from "#bench/contract/checks/gate-rig";
import type { WeighbridgePlantFault } from "#bench/contract/checks/weighbridge-rig";
import type { Cable } from "./pseudo-terminals.ts";

export interface Plant<Fault> {
  powerOn(): Promise<void>;
  powerOff(): Promise<void>;
  reboot(): Promise<void> | void;
  misbehave(fault: Fault, on?: "reads" | "writes"): void;
  behave(): void;
}

/** A rig whose device hangs on a cable. */
export interface CabledRig {
  readonly plant: Plant<never>;
  dispose(): Promise<void>;
}

/** The rig with its plant on a cable, which goes with it. */
export function onCable<R extends CabledRig>(rig: R, cable: Cable): R {
  const dispose = async () => {
    await rig.dispose();
    await cable.pull();
  };
  return { ...rig, plant: cabled(rig.plant, cable), dispose };
}

/** A cut link, an absent device and a reboot are a pulled cable here: silence alone would be a timeout. */
function cabled<P extends Plant<never>>(plant: P, cable: Cable): P {
  let done: Promise<void> = Promise.resolve();
  let broken = false;
  const next = (action: () => Promise<void>) => {
    done = done.then(action);
    return done;
  };
  const pull = () =>
    next(async () => {
      broken = true;
      await plant.powerOff();
      await cable.pull();
    });
  const plug = () =>
    next(async () => {
      if (!broken) return;
      broken = false;
      await cable.pull();
      await cable.plug();
      await plant.powerOn();
    });
  const changes: Plant<GatePlantFault | WeighbridgePlantFault> = {
    powerOn: plug,
    powerOff: pull,
    reboot: () => {
      void plant.reboot();
      void pull().then(plug);
    },
    misbehave: (fault, on) => {
      if (fault === "drop" && on !== "writes") {
        void pull();
        return;
      }
      // A port that the device has closed stays closed until the cable is plugged in afresh.
      broken = fault === "drop";
      plant.misbehave(fault as never, on);
    },
    behave: () => {
      plant.behave();
      void plug();
    },
  };
  return Object.assign(Object.create(plant) as P, changes);
}
