import { FAULT_CATALOGUE } from "#contract/device";
import type { LaneSnapshot } from "#contract/messages";
import { type Colours, shown } from "../terminal/output.ts";

const advice: Readonly<Record<string, string>> = FAULT_CATALOGUE;

/** Id, class, state, and for a faulty device its fault and what to look at. */
export function deviceRows(devices: LaneSnapshot["devices"], colours: Colours): string[][] {
  const colourOf = { up: colours.green, degraded: colours.yellow, down: colours.red };
  return devices.flatMap(({ id, class: deviceClass, state, fault }) => {
    const row = [shown(id), shown(deviceClass), (colourOf[state] ?? colours.red)(shown(state))];
    if (fault === undefined) return [row];
    return [[...row, colours.bold(shown(fault.code)), `${shown(fault.detail)}. ${advice[fault.code] ?? ""}`]];
  });
}
