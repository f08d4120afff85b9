import { classifyPlate } from "#contract/identifiers";
import { type ConfusionTable, DEFAULT_CONFUSION, lookalikesOf } from "../fusion/confusion.ts";
import { deviceOf } from "../fusion/witness.ts";
import { clientNames, tagNames } from "./matching.ts";
import type { RuleContext } from "./rule.ts";

/**
 * A plate that the tractor's could be mistaken for, when nothing but one device says which of the two it is; null when
 * there is none, or a second witness. What a camera takes for the plate of the record in every picture, more of its
 * pictures do not tell apart. A QR code is no witness: whoever has the papers has the code.
 */
export function unwitnessedTwin({ input, record, policy }: RuleContext): string | null {
  const { plate, tag } = input;
  if (plate === null || record === null || clientNames(input, record)) return null;
  const tagged = (tag?.confidence ?? 0) >= policy.identity.minFusedConfidence && tagNames(input, record);
  if (tagged || new Set(plate.sources.map(deviceOf)).size > 1) return null;
  return plausibleTwin(plate.text, policy.confusion ?? DEFAULT_CONFUSION);
}

/** A well-formed tractor plate one likely misreading away from this one; null when there is none. */
function plausibleTwin(plate: string, table: ConfusionTable): string | null {
  const characters = [...plate];
  const kind = classifyPlate(plate)?.kind;
  for (const [place, was] of characters.entries()) {
    for (const other of lookalikesOf(was, table)) {
      const twin = characters.with(place, other).join("");
      if (classifyPlate(twin)?.kind === kind) return twin;
    }
  }
  return null;
}
