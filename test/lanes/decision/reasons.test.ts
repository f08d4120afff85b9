import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { LANGUAGES, REASONS } from "#lanes/decision/reasons";
import { RULE_TITLES } from "#lanes/decision/rule-titles";

const LANES = new URL("../../../lanes/", import.meta.url);
const sources = readdirSync(LANES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith("reasons.ts"))
  .map((name) => readFileSync(new URL(name, LANES), "utf8"))
  .join("\n");

describe("reasons", () => {
  for (const [code, texts] of Object.entries(REASONS)) {
    test(`${code} is given by the code`, () => assert.ok(sources.includes(`"${code}"`)));

    test(`${code} can be told in English, Vietnamese and Chinese`, () => {
      assert.deepEqual(Object.keys(texts).sort(), ["en", "vi", "zh"]);
      assert.match(texts.en, /^[A-Z][\x20-\x7E]{5,}$/);
      assert.match(texts.vi, /[^\p{ASCII}]/u);
      assert.match(texts.zh, /^[\p{Script=Han}，]+$/u);
    });
  }

  test("have texts of their own in each language", () => {
    for (const language of ["en", "vi", "zh"] as const) {
      const texts = Object.values(REASONS).map((one) => one[language]);
      assert.equal(new Set(texts).size, texts.length, language);
    }
  });
});

test("rules have a title of their own in each language", () => {
  for (const language of LANGUAGES) {
    const titles = Object.values(RULE_TITLES).map((one) => one[language]);
    assert.equal(new Set(titles).size, titles.length, language);
  }
  for (const { en, vi, zh } of Object.values(RULE_TITLES)) {
    assert.match(en, /^[A-Z][\x20-\x7E]{5,}$/);
    assert.match(vi, /[^\p{ASCII}]/u);
    assert.match(zh, /^[\p{Script=Han}、]+$/u);
  }
});
