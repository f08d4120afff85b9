import { setTimeout as pause } from "node:timers/promises";
import type { GateCommand, GateDevice, GateInputName, GateInputs } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { LanePolicy } from "#lanes/decision/policy";
import { permit } from "#lanes/interlock/permit";
import type { GatePlant, GateRig } from "../checks/gate-rig.ts";
import { type FieldDevice, missing } from "./field-device.ts";
import type { Person } from "./person.ts";

/** What somebody has to do so that an input becomes active, and so that it rests again. */
const ACTIONS: Partial<Record<GateInputName, readonly [active: string, resting: string]>> = {
  boomBroken: ["trip the break-away switch of the boom", "set the break-away switch back"],
  motorFault: ["trip the motor protection", "set the motor protection back"],
  estopOk: ["release the emergency stop", "press the emergency stop"],
  modeAuto: ["turn the key switch to automatic", "turn the key switch to manual"],
  loopArrival: ["put metal on the arrival loop L1", "clear the arrival loop L1"],
  loopUnder: ["put metal on the loop under the boom, L3", "clear the loop under the boom, L3"],
  loopExit: ["put metal on the exit loop L4", "clear the exit loop L4"],
  eyeScaleFront: ["cover the photo-eye at the entry end of the platform", "uncover the photo-eye at the entry end"],
  eyeScaleRear: ["cover the photo-eye at the exit end of the platform", "uncover the photo-eye at the exit end"],
  curtain: ["break the light curtain at the boom", "clear the light curtain at the boom"],
  cabinetClosed: ["close the door of the cabinet", "open the door of the cabinet"],
  mainsOk: ["switch the mains input of the UPS on", "switch the mains input of the UPS off"],
  upsLow: ["simulate a low battery at the UPS", "end the low battery at the UPS"],
};

/** A real gate in the words of the checks. Boom commands pass the lane's own interlock, as they do in operation. */
export function gateRig(field: FieldDevice<GateDevice>, person: Person, policy: LanePolicy["interlock"]): GateRig {
  const { recorder, device } = field;
  const guarded: GateDevice = {
    id: device.id,
    start: () => device.start(),
    stop: () => device.stop(),
    command: async (command) => {
      await mayMove(field, command, policy);
      await device.command(command);
    },
  };
  return { plant: plantOf(field, person), device: guarded, recorder, simulated: false, dispose: () => field.dispose() };
}

async function mayMove(
  { recorder, device }: FieldDevice<GateDevice>,
  command: GateCommand,
  policy: LanePolicy["interlock"],
) {
  const light = command.type === "entry-light" || command.type === "exit-light";
  // The image is posted when it changes and once a second; a fresh one is waited for.
  const limit = performance.now() + 2000;
  for (;;) {
    const last = recorder.of("gate-inputs").at(-1);
    const inputsAgeMs = last === undefined ? Number.POSITIVE_INFINITY : recorder.clock.monotonic() - last.at;
    const image = { inputs: last?.inputs ?? null, inputsAgeMs, commandAgeMs: 0, durablePass: false, ordered: true };
    const answer = permit(command, image, policy);
    if (answer.permitted) return;
    if (light || answer.rule !== "image-fresh" || !recorder.healthy || performance.now() > limit) {
      throw new LaneError("DEVICE_OFFLINE", `${device.id}: ${command.type} not sent: ${answer.reason}`);
    }
    await pause(20);
  }
}

function plantOf(field: FieldDevice<GateDevice>, person: Person): GatePlant {
  const { recorder } = field;
  return {
    powerOn: () => field.connect(),
    powerOff: () => field.disconnect(),
    reboot: async () => {
      await person.ask("switch the gate PLC off and on again");
    },
    setInputs: async (changes) => {
      for (const [name, value] of Object.entries(changes)) {
        const action = ACTIONS[name as GateInputName];
        if (action !== undefined) await person.ask(value ? action[0] : action[1]);
      }
    },
    setFrozen: async (frozen) => {
      await person.ask(frozen ? "put the program of the gate PLC to STOP" : "put the program of the gate PLC to RUN");
    },
    misbehave: (fault) => field.disturb(fault),
    behave: () => field.behave(),
    lights: async () => {
      const answer = await person.ask("type the colours of entry and exit light, for instance: red green");
      const [entry = "", exit = ""] = answer.toLowerCase().split(/\s+/);
      return { entry, exit };
    },
    get moves() {
      return movesIn(recorder.of("gate-inputs").map(({ inputs }) => inputs));
    },
    get watchdogToggles() {
      return missing("how often the PLC has seen the watchdog change");
    },
  };
}

/** How often the boom has left each of its ends, by its limit switches. */
function movesIn(images: readonly GateInputs[]): { raise: number; lower: number } {
  let [raise, lower] = [0, 0];
  for (const [index, image] of images.entries()) {
    const before = images[index - 1];
    if (before?.boomClosed === true && !image.boomClosed) raise += 1;
    if (before?.boomOpen === true && !image.boomOpen) lower += 1;
  }
  return { raise, lower };
}
