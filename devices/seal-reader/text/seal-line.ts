import type { SealState } from "#contract/device";
import type { UtcMs } from "#contract/units";

/** What one line tells of one seal. */
export type SealLine =
  | {
      readonly kind: "seal";
      readonly seal: string;
      readonly state: SealState;
      /** 0..100, or undefined when the seal does not tell. */
      readonly batteryPercent: number | undefined;
      readonly heardAt: UtcMs;
    }
  | { readonly kind: "misfit"; readonly why: string };

const STATES: Readonly<Record<string, SealState>> = { SEALED: "sealed", OPENED: "opened", TAMPERED: "tampered" };
/** Number of a seal (ISO 17712): 4 to 35 letters, digits and hyphens; compared without the hyphens. */
const NUMBER = /^[A-Za-z0-9-]{4,35}$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
/** A seal's clock may be off by 5 s a day (ISO 18185): one that is further ahead than this tells no time, milliseconds. */
const AHEAD_LIMIT_MS = 5 * 60_000;

/**
 * Reads `number;state;battery;time`: for instance `VN-0012345;SEALED;87;2026-05-01T07:00:00Z`, with `-` for a battery
 * that is not told. Anything else is a misfit: of a seal nothing is ever assumed.
 * @param utc now.
 */
export function readSealLine(line: string, utc: UtcMs): SealLine {
  const misfit = (why: string): SealLine => ({ kind: "misfit", why });
  const [number = "", word = "", battery = "", time = "", ...more] = line.split(";");
  if (more.length > 0 || time === "") return misfit("a line that has not four fields");
  const seal = number.replaceAll("-", "").toUpperCase();
  if (!NUMBER.test(number) || seal.length < 4) return misfit("a line without the number of a seal");
  const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined;
  if (state === undefined) return misfit("a seal in a state that is not known");
  if (!/^(?:-|\d{1,3})$/.test(battery) || Number(battery) > 100) return misfit("a battery outside 0 to 100");
  const heardAt = UTC.test(time) ? Date.parse(time) : Number.NaN;
  if (!Number.isFinite(heardAt)) return misfit("a time that is none");
  if (heardAt - utc > AHEAD_LIMIT_MS) return misfit("a seal that was heard in the future");
  return { kind: "seal", seal, state, batteryPercent: battery === "-" ? undefined : Number(battery), heardAt };
}
