import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  CN_PROVINCES,
  classifyPlate,
  containerCharacterValue,
  containerCheckDigit,
  declarationAmendment,
  declarationIdentity,
  declarationInCode,
  identifierForm,
  isContainerNumber,
  listedValue,
  normaliseIdentifier,
  VN_SERIES,
} from "#contract/identifiers";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const anyContainer = () =>
  fc
    .tuple(
      fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 3, maxLength: 3 }),
      fc.constantFrom("U", "J", "Z"),
      fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 6, maxLength: 6 }),
    )
    .map(([owner, category, serial]) => {
      const firstTen = `${owner}${category}${serial}`;
      return `${firstTen}${containerCheckDigit(firstTen)}`;
    });

describe("B11 container numbers (ISO 6346)", () => {
  for (const number of ["CSQU3054383", "TEXU3070079", "HLXU2008419", "BEAU6168370", "TGHU1234567"]) {
    test(`${number} is one`, () => assert.ok(isContainerNumber(number)));
  }

  for (const [text, why] of [
    ["CSQU3054384", "wrong check digit"],
    ["CSQX3054383", "no such equipment category"],
    ["CSQU305438", "too short"],
    ["CSQU30543833", "too long"],
    ["csqu3054383", "not in normal form"],
    ["CSQU 305438 3", "not in normal form"],
    ["CSQU3O54383", "a letter among the digits"],
    ["", "nothing"],
  ] as const) {
    test(`${text || "the empty text"} is none: ${why}`, () => assert.equal(isContainerNumber(text), false));
  }

  test("letters count from 10 and skip 11, 22 and 33", () => {
    const values = [...LETTERS].map(containerCharacterValue);
    assert.deepEqual(
      values,
      [10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36, 37, 38],
    );
    assert.deepEqual([..."0123456789"].map(containerCharacterValue), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("remainder 10 is written 0", () => {
    const serials = Array.from({ length: 200 }, (_, index) => `CSQU${String(index).padStart(6, "0")}`);
    const sum = (text: string) =>
      [...text].reduce((total, one, at) => total + containerCharacterValue(one) * 2 ** at, 0);
    const withTen = serials.filter((text) => sum(text) % 11 === 10);
    assert.ok(withTen.length > 0);
    assert.ok(withTen.every((text) => containerCheckDigit(text) === 0));
  });

  test("one wrong digit is noticed, but for the remainders 10 and 0 that share a check digit", () => {
    const property = fc.property(
      anyContainer(),
      fc.integer({ min: 4, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      (number, at, by) => {
        const digit = (Number(number[at]) + by) % 10;
        const other = `${number.slice(0, at)}${digit}${number.slice(at + 1)}`;
        assert.ok(isContainerNumber(number));
        if (number[10] !== "0") assert.equal(isContainerNumber(other), false);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});

describe("plates", () => {
  const kinds = (text: string) => {
    const found = classifyPlate(text);
    return found === undefined ? undefined : `${found.country} ${found.kind}`;
  };

  for (const [text, expected] of [
    ["12C12345", "VN tractor"],
    ["29H67890", "VN tractor"],
    ["98C1234", "VN tractor"],
    ["12R01234", "VN trailer"],
    ["12RM01234", "VN trailer"],
    ["80NG12345", "VN special"],
    ["12LD12345", "VN special"],
    ["29KT1234", "VN special"],
    ["桂A12345", "CN tractor"],
    ["桂AB1234挂", undefined],
    ["桂AB123挂", "CN trailer"],
    ["粤Z1234港", "CN special"],
    ["桂A12345D", "CN new-energy"],
    ["桂AD12345", "CN new-energy"],
    ["13C12345", undefined],
    ["12I12345", undefined],
    ["12C123", undefined],
    ["12C123456", "VN special"],
    ["12C1234567", undefined],
    ["一A12345", undefined],
    ["桂I12345", undefined],
    ["桂A1234O", undefined],
    ["粤OT9048", "CN special"],
    ["粤OO9048", undefined],
    ["49019BD", "VN special"],
    ...["KT", "LD", "DA", "MK", "MĐ", "MD", "TĐ", "TD", "HC", "CD", "NG", "QT", "CV", "NN"].map(
      (series) => [`29${series}12345`, "VN special"] as const,
    ),
    ["T12123456", "VN special"],
    ["T1212345", "VN special"],
    ["T13123456", undefined],
    ["T121234", undefined],
    ["TM1234", undefined],
    ...["学", "警", "港", "澳", "领"].map((suffix) => [`桂A1234${suffix}`, "CN special"] as const),
    ["桂A1234使", undefined],
    ["桂AF1234D", undefined],
    ["桂A1234DF", undefined],
    ["桂AG12345", undefined],
    ["WJ桂12345", "CN special"],
    ["WJ桂1234X", "CN special"],
    ["WJ一12345", undefined],
    ["WJ12345", undefined],
    ["30480KG", undefined],
    ["", undefined],
    ["CSQU3054383", undefined],
  ] as const) {
    test(`${text || "the empty text"}: ${expected ?? "none"}`, () => assert.equal(kinds(text), expected));
  }

  test("the Vietnamese series have 20 letters and none of I, J, O, Q, R, W", () => {
    assert.equal(new Set(VN_SERIES).size, 20);
    assert.doesNotMatch(VN_SERIES, /[IJOQRW]/);
    for (const letter of VN_SERIES) assert.equal(kinds(`12${letter}12345`), "VN tractor", letter);
  });

  test("there are 31 Chinese provinces and 81 Vietnamese codes", () => {
    assert.equal(new Set(CN_PROVINCES).size, 31);
    const codes = Array.from({ length: 100 }, (_, code) => String(code).padStart(2, "0"));
    assert.equal(codes.filter((code) => kinds(`${code}C12345`) === "VN tractor").length, 81);
  });
});

describe("the normal form", () => {
  for (const [raw, normal] of [
    ["29H-678.90", "29H67890"],
    ["  beau 616837 0 ", "BEAU6168370"],
    ["桂Ａ·１２３４５", "桂A12345"],
    ["12MĐ-1234", "12MĐ1234"],
    ["12M\u0110\u2013 1234".normalize("NFD"), "12MĐ1234"],
  ] as const) {
    test(`${JSON.stringify(raw)} is ${normal}`, () => assert.equal(normaliseIdentifier(raw), normal));
  }

  test("is its own normal form", () => {
    // What plates, boxes and papers carry: ASCII, full-width ASCII, Vietnamese and Chinese letters, composed or not.
    const painted = fc.oneof(
      fc.string({ unit: "grapheme-ascii" }),
      fc.string({ unit: fc.integer({ min: 0xff01, max: 0xff5e }).map((code) => String.fromCharCode(code)) }),
      fc.string({ unit: fc.constantFrom(..."đĐăÂêÔơƯ桂京挂·‑– ") }).map((text) => text.normalize("NFD")),
    );
    const property = fc.property(
      fc.array(painted).map((parts) => parts.join("")),
      (raw) => {
        const once = normaliseIdentifier(raw);
        assert.equal(normaliseIdentifier(once), once);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  test("of a declaration leaves out the count of amendments", () => {
    assert.equal(declarationIdentity("308044805740"), declarationIdentity("3080 4480 5741"));
    assert.notEqual(declarationIdentity("308044805740"), declarationIdentity("308044805840"));
  });
});

describe("B23 text from outside", () => {
  const form = (raw: unknown) => {
    const found = identifierForm(raw);
    return found.ok ? found.text : found.reason;
  };

  for (const [raw, text] of [
    ["BEAU6168370 ", "BEAU6168370"],
    ["BEAU6168370\t", "BEAU6168370"],
    ["29h-678.90", "29H67890"],
    ["２９Ｃ－１２３４５", "29C12345"],
    ["桂A·12345", "桂A12345"],
    ["12MĐ-1234".normalize("NFD"), "12MĐ1234"],
  ] as const) {
    test(`${JSON.stringify(raw)} is ${text}`, () => assert.equal(form(raw), text));
  }

  for (const [raw, reason] of [
    ["", /empty/],
    ["   ", /empty/],
    ["#####", /empty/],
    ["NA ", /empty/],
    ["1".repeat(41), /longer than 40/],
    ["12C1\u202e2345", /invisible character, U\+202E/],
    ["12C12345\u0000", /invisible character, U\+0000/],
    ["12C\u200b12345", /invisible character, U\+200B/],
    ["12C\ud800", /invisible character, U\+D800/],
    ["12\u041212345", /another alphabet, U\+0412/],
    ["\u0410B123", /another alphabet, U\+0410/],
    ["12\u039212345", /another alphabet, U\+0392/],
    ["12\u017f12345", /another alphabet, U\+017F/],
    ["12\u013112345", /another alphabet, U\+0131/],
    ["12C😀345", /no plate or container, U\+1F600/],
    ["12C'; DROP", /no plate or container/],
    [12_345, /no text/],
    [undefined, /no text/],
  ] as const) {
    test(`${JSON.stringify(raw)} is refused`, () => assert.match(form(raw), reason));
  }

  test("a letter of another alphabet never becomes one of ours", () => {
    const foreign = fc.integer({ min: 0x80, max: 0xfeff }).map((code) => String.fromCharCode(code));
    const painted = new Set([..."đĐăÂêÔơƯ"]);
    const property = fc.property(foreign, (letter) => {
      if (painted.has(letter) || /^[\s·•・‐‑–—]$/.test(letter)) return;
      // Canonical equivalents are one character for everybody (Unicode, NFC), as the Kelvin sign is a K.
      if (/^[A-Z]$/.test(letter.normalize("NFC"))) return;
      assert.doesNotMatch(normaliseIdentifier(letter), /^[A-Z0-9]$/);
    });
    fc.assert(property, { numRuns: 3000 });
  });

  for (const [raw, value] of [
    ["HAIAN123 ", "HAIAN123"],
    ["#####", null],
    ["NA ", null],
    ["na", null],
    ["n/a", null],
    ["", null],
    [null, null],
    [undefined, null],
    ["NAM1", "NAM1"],
  ] as const) {
    test(`${JSON.stringify(raw)} in a list means ${value ?? "nothing"}`, () => assert.equal(listedValue(raw), value));
  }

  test("a declaration in a code is its first 11 digits, and nothing else is one", () => {
    assert.equal(declarationInCode("3080 4480 5741"), "30804480574");
    assert.equal(declarationInCode("30804480574"), "30804480574");
    for (const text of ["", "https://example.test/308044805740", "3080448057", "3080448057401", "abc"]) {
      assert.equal(declarationInCode(text), null, text);
    }
    assert.equal(declarationAmendment("308044805743"), 3);
    assert.equal(declarationAmendment("30804480574"), 0);
  });
});
