import assert from "node:assert/strict";
import { describe, test } from "node:test";
import pc from "picocolors";
import { explanationText } from "#cli/terminal/explanation-text";
import type { DecisionRecord } from "#contract/decision";
import { decide } from "#lanes/decision/decide";
import { MENDS } from "#lanes/decision/mends";
import { LANGUAGES, REASONS } from "#lanes/decision/reasons";
import { RULE_TITLES } from "#lanes/decision/rule-titles";
import { cached, decisionInput, EPOCH, identity, policyWith, SITE } from "../lanes/builders.ts";

const decided = decide({
  input: decisionInput({
    weight: null,
    container: identity("CSQU3054383", { dissent: ["CSQU3054384"], sources: ["side"] }),
  }),
  candidates: [cached({ holds: [{ kind: "SUSPENDED", since: "2026-10-10T07:00:00Z", by: "customs" }] })],
  policy: policyWith(),
  site: SITE,
  passage: "P000001",
  utc: EPOCH,
});
const record: DecisionRecord = { ...decided, policyHash: "a".repeat(64) };
const text = (language?: "en" | "vi" | "zh") =>
  explanationText(
    {
      passage: "P000001",
      openedAt: "2026-10-10T08:00:00.000Z",
      closedAt: null,
      result: null,
      why: null,
      phase: "hold",
      reads: [],
      weighings: [],
      decisions: [{ seq: 1, at: "2026-10-10T08:00:01.000Z", record, revoked: null }],
      commands: [],
      faults: [],
    },
    pc.createColors(false),
    language,
  );

describe("an explanation", () => {
  for (const language of LANGUAGES) {
    test(`in ${language} shows every rule by its title, and the reason in that language only`, () => {
      const shown = text(language);
      for (const title of Object.values(RULE_TITLES)) assert.ok(shown.includes(title[language]), title.en);
      assert.ok(shown.includes(REASONS.SUSPENDED[language]));
      for (const other of LANGUAGES.filter((one) => one !== language)) {
        assert.ok(!shown.includes(REASONS.SUSPENDED[other]), other);
      }
    });
  }

  test("without a language tells the reason in all three", () => {
    for (const language of LANGUAGES) assert.ok(text().includes(REASONS.SUSPENDED[language]), language);
  });

  for (const language of LANGUAGES) {
    test(`in ${language} says what would open this gate in that language only`, () => {
      const { SUSPENSION_LIFTED, WEIGHED } = MENDS;
      const shown = text(language);
      assert.ok(shown.includes(`- ${SUSPENSION_LIFTED[language].replace("{by}", "customs")}\n`));
      for (const other of LANGUAGES) assert.equal(shown.includes(`- ${WEIGHED[other]}\n`), other === language);
    });
  }

  test("marks the deciding rule alone", () => {
    const marked = text("en")
      .split("\n")
      .filter((line) => line.includes("<- decides"));
    assert.equal(marked.length, 1);
    assert.match(marked[0] ?? "", /FAILS\s+V2/);
  });

  test("shows the inputs, the dissent among them, and what would open this gate", () => {
    const shown = text("en");
    assert.match(shown, /container\s+CSQU3054383, confidence 0\.97, by side, against it: CSQU3054384/);
    assert.match(shown, /list\s+version 7, online/);
    const [, opens = ""] = shown.split("What would open this gate");
    assert.match(opens, /customs lifts the suspension/);
    assert.match(opens, /the vehicle is weighed/);
  });
});
