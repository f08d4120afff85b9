import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { MENDS, type MendCode, mendText } from "#lanes/decision/mends";
import { LANGUAGES, REASONS } from "#lanes/decision/reasons";
import { RULE_TITLES } from "#lanes/decision/rule-titles";

const LANES = new URL("../../../lanes/", import.meta.url);
const sources = readdirSync(LANES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith("reasons.ts") && !name.endsWith("mends.ts"))
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

describe("what would open a gate", () => {
  const holes = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

  for (const [code, texts] of Object.entries(MENDS)) {
    test(`${code} is asked for by a rule, and can be told in each language with the same values`, () => {
      assert.ok(sources.includes(`"${code}"`));
      assert.deepEqual(Object.keys(texts).sort(), [...LANGUAGES].sort());
      assert.match(texts.vi, /[^\p{ASCII}]/u);
      assert.match(texts.zh, /\p{Script=Han}/u);
      const values = Object.fromEntries(holes(texts.en).map((name) => [name, `<${name}>`]));
      for (const language of LANGUAGES) {
        assert.deepEqual(holes(texts[language]), Object.keys(values), language);
        const told = mendText({ code, values }, language);
        assert.deepEqual(holes(told), []);
        for (const value of Object.values(values)) assert.ok(told.includes(value), told);
      }
    });
  }

  test("is told as its code when this version does not know it", () => {
    for (const code of ["FLY_OVER" as MendCode, "constructor"]) assert.equal(mendText({ code }, "vi"), code);
  });
});
