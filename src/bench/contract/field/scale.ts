import type { WeighbridgeDevice } from "#contract/device";
import { loadFormat } from "#devices/weighbridge/ascii/format";
import { loadProfile } from "#devices/weighbridge/modbus/profile";
import { NotApplicable } from "../check.ts";
import type { WeighbridgeGap, WeighbridgeRig } from "../checks/weighbridge-rig.ts";
import { gapsOf as gapsOfFormat } from "../rigs/weighbridge-ascii.ts";
import { gapsOf as gapsOfProfile } from "../rigs/weighbridge-modbus.ts";
import { type FieldDevice, missing } from "./field-device.ts";
import type { Person } from "./person.ts";

type Options = Readonly<Record<string, unknown>>;

/** A real weighbridge in the words of the checks. */
export async function weighbridgeRig(
  field: FieldDevice<WeighbridgeDevice>,
  person: Person,
  options: Options,
): Promise<WeighbridgeRig> {
  const { device, recorder } = field;
  const plant = {
    powerOn: () => field.connect(),
    powerOff: () => field.disconnect(),
    reboot: async () => {
      await person.ask("switch the weighing indicator off and on again");
    },
    setLoad: (kg: number) => load(person, kg),
    setDrift: () => missing("a drifted zero"),
    setShake: () => missing("a shaking load"),
    setFrozen: () => missing("a measurement that stands still"),
    setInvalid: () => missing("a value that was not measured"),
    misbehave: (fault: string) => field.disturb(fault),
    behave: () => field.behave(),
  };
  const lacks = await gapsOf(options);
  return { plant, device, recorder, lacks, simulated: false, dispose: () => field.dispose() };
}

async function load(person: Person, kg: number): Promise<number> {
  if (kg === 0) {
    await person.ask("clear the platform");
    return 0;
  }
  const answer = await person.ask(
    `put a load of about ${kg} kg on the platform, wait until the indicator stands still, and type what it shows in kg`,
  );
  const shown = Number(answer.replace(/\s|kg/gi, ""));
  if (!Number.isFinite(shown) || shown <= 0) throw new NotApplicable(`not a weight: ${JSON.stringify(answer)}`);
  return shown;
}

/** What the configured product cannot tell. */
async function gapsOf({ profile, format }: Options): Promise<readonly WeighbridgeGap[]> {
  if (typeof profile === "string") return gapsOfProfile(await loadProfile(profile));
  return typeof format === "string" ? gapsOfFormat(await loadFormat(format)) : [];
}
