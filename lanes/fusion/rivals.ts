import type { CharacterRival } from "#contract/decision";
import type { CharacterAlternatives } from "#contract/reading";

/** Less than this is noise that every recogniser gives to every character. */
const LEAST = 0.05;

/**
 * What a recogniser saw beside the text that it chose, place by place. Empty when its alternatives do not stand at the
 * places of this text, as for a check digit that was computed.
 */
export function rivalsOf(text: string, alternatives: readonly CharacterAlternatives[]): readonly CharacterRival[] {
  const chosen = [...text];
  if (alternatives.length !== chosen.length) return [];
  return alternatives.flatMap((seen, position) =>
    seen.flatMap(({ character, probability }) =>
      character !== chosen[position] && probability >= LEAST && probability <= 1
        ? [{ position, character, probability }]
        : [],
    ),
  );
}
