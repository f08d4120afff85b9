import { isContainerNumber } from "#contract/identifiers";
import { parseColour } from "./colour.ts";
import { type PlateColour, type PlateDescription, plateLook } from "./plate.ts";

/** Which of the lane's three cameras takes the picture. */
export type CameraView = "front" | "rear" | "side";
export type Weather = "clear" | "rain" | "fog";

/** What a camera of the lane sees. Only the view and the seed must be given. */
export interface SceneDescription {
  readonly view: CameraView;
  /** Tractor plate in a front view, trailer plate in a rear view, in normal form. Absent: the vehicle carries none. */
  readonly plate?: string;
  /** 1 when absent for a front view, 2 for a rear view. */
  readonly plateLines?: 1 | 2;
  /** Taken from the plate's grammar when absent. */
  readonly country?: "VN" | "CN";
  /** Yellow when absent; green for a new-energy plate. */
  readonly plateColour?: PlateColour;
  /** Container number with its check digit. Absent: a tractor alone (front), an empty trailer (rear, side). */
  readonly container?: string;
  /** `22G1` when absent. */
  readonly sizeType?: string;
  /** `#rrggbb`; chosen by the seed when absent, like the colour of the cab. */
  readonly containerColour?: string;
  readonly cabColour?: string;
  readonly weather?: Weather;
  readonly night?: boolean;
  /** 0 clean .. 1 mud over the plate or the number. */
  readonly dirt?: number;
  /** 0 sharp .. 1 smeared beyond reading. */
  readonly blur?: number;
  /** 0 none .. 1 the plate or the number drowns in light. */
  readonly glare?: number;
  /** The camera carried around the vehicle: further to its right-hand side, beside the lane to its front; -10..25 degrees. */
  readonly yawDegrees?: number;
  /** The camera raised, -10..25 degrees. */
  readonly pitchDegrees?: number;
  /** The camera tilted, -15..15 degrees. */
  readonly rollDegrees?: number;
  /** Equal descriptions with equal seeds give equal bytes. */
  readonly seed: number;
}

/** A description with nothing left open. */
export interface Scene {
  readonly view: CameraView;
  readonly plate: PlateDescription | undefined;
  readonly container: { readonly number: string; readonly sizeType: string } | undefined;
  readonly containerColour: string | undefined;
  readonly cabColour: string | undefined;
  readonly weather: Weather;
  readonly night: boolean;
  readonly dirt: number;
  readonly blur: number;
  readonly glare: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
  readonly seed: number;
}

/** Fills in what was left open. Throws RangeError for a value outside its range. */
export function completeScene(given: SceneDescription): Scene {
  for (const colour of [given.containerColour, given.cabColour]) if (colour !== undefined) parseColour(colour);
  const { container } = given;
  if (container !== undefined && !isContainerNumber(container)) {
    throw new RangeError(`container is a number with a right check digit, not ${JSON.stringify(container)}`);
  }
  return {
    view: given.view,
    plate: plateOf(given),
    container: container === undefined ? undefined : { number: container, sizeType: given.sizeType ?? "22G1" },
    containerColour: given.containerColour,
    cabColour: given.cabColour,
    weather: given.weather ?? "clear",
    night: given.night ?? false,
    dirt: within("dirt", given.dirt, 0, 1),
    blur: within("blur", given.blur, 0, 1),
    glare: within("glare", given.glare, 0, 1),
    yawDegrees: within("yawDegrees", given.yawDegrees, -10, 25),
    pitchDegrees: within("pitchDegrees", given.pitchDegrees, -10, 25),
    rollDegrees: within("rollDegrees", given.rollDegrees, -15, 15),
    seed: given.seed,
  };
}

function plateOf(given: SceneDescription): PlateDescription | undefined {
  if (given.plate === undefined) return undefined;
  const look = plateLook(given.plate, given.plateLines ?? (given.view === "rear" ? 2 : 1));
  return { ...look, country: given.country ?? look.country, colour: given.plateColour ?? look.colour };
}

function within(name: string, value: number | undefined, low: number, high: number): number {
  const given = value ?? 0;
  if (!(given >= low && given <= high)) throw new RangeError(`${name} lies between ${low} and ${high}, not ${given}`);
  return given;
}
