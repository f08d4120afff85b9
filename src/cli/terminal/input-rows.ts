import type { DecisionRecord, FusedIdentity } from "#contract/decision";
import type { Word } from "./explanation-words.ts";
import { shown } from "./output.ts";

/** What the rules looked at, a line for each fact. Entries of earlier versions may lack some. */
export function inputRows({ input, grounds }: DecisionRecord, word: (word: Word) => string): string[][] {
  const identities: readonly (readonly [string, FusedIdentity | null | undefined])[] = [
    [word("container"), input.container],
    [`${word("container")} 2`, input.secondContainer],
    [word("plate"), input.plate],
    ["RFID", input.tag],
    ["QR", input.qr],
    ["client", input.client],
  ];
  const always = [word("container"), word("plate")];
  const rows = identities.flatMap(([name, read]) => {
    if (read === null || read === undefined) return always.includes(name) ? [[`  ${name}`, "-"]] : [];
    return [[`  ${name}`, identityText(read)]];
  });
  const { weight, weightFault } = input;
  const weighed =
    weight === null
      ? shown(weightFault)
      : `${weight.grossKg} kg, spread ${weight.spreadKg} kg, ${weight.zeroSeen ? "after a zero" : "without a zero before"}`;
  const age = `, confirmed ${Math.round(input.clearanceAgeMs / 1000)} s ago`;
  return [
    ...rows,
    [`  ${word("weight")}`, weighed],
    [`  ${word("list")}`, `version ${input.clearanceVersion}, ${input.link}${age}`],
    ...(grounds === undefined || grounds.length === 0 ? [] : [[`  ${word("grounds")}`, grounds.map(shown).join(", ")]]),
  ];
}

function identityText({ text, confidence, sources, dissent }: FusedIdentity): string {
  const against = dissent.length === 0 ? "" : `, against it: ${dissent.map(shown).join(", ")}`;
  return `${shown(text)}, confidence ${confidence.toFixed(2)}, by ${sources.map(shown).join(" and ")}${against}`;
}
