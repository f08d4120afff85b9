/**
 * Identifiers painted on vehicles and boxes: normal form, grammar and check digit.
 * Sources: ISO 6346 (container numbers); the Vietnamese and Chinese plate rules listed in the domain guide, section 3.
 */

/**
 * Trim, NFC, upper-case, drop spaces, dots, dashes and the middle dot; full-width forms become ASCII. Only letters that
 * plates and containers carry are raised: a foreign letter whose capital looks like one of ours stays what it is.
 */
export function normaliseIdentifier(raw: string): string {
  return raw
    .normalize("NFC")
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[a-zđăâêôơư]/g, (letter) => letter.toUpperCase())
    .replace(/[\s.\-·•・‐‑–—]/g, "");
}

/** Longest identifier that is looked at, characters; a declaration number has 12. */
const LONGEST = 40;
/** What official lists write where there is nothing (domain guide, 2.2). */
const NOTHING = /^(?:#+|N\/?A|NULL|-*)$/;
/** Not to be seen, or not one character for everybody: controls, format marks, private use, half surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/u;
const PAINTED = /^[A-Z0-9ĐĂÂÊÔƠƯ\p{Script=Han}]+$/u;

/** A value of an official list, or null for what such lists write where there is none: blanks, `#####`, `NA`. */
export function listedValue(raw: string | null | undefined): string | null {
  const trimmed = (raw ?? "").normalize("NFC").trim();
  return NOTHING.test(trimmed.toUpperCase()) ? null : trimmed;
}

export type IdentifierForm =
  | { readonly ok: true; readonly text: string }
  /** Why the text is no identifier: one sentence for people. */
  | { readonly ok: false; readonly reason: string };

/**
 * The normal form of a text from outside, or why it has none. Refuses what could match by accident or hide something:
 * letters of other alphabets that look like ours, marks that turn the reading direction, NUL. Never throws.
 */
export function identifierForm(raw: unknown): IdentifierForm {
  if (typeof raw !== "string") return { ok: false, reason: "it is no text" };
  if (listedValue(raw) === null) return { ok: false, reason: "it is empty" };
  if (raw.length > LONGEST) return { ok: false, reason: `it is longer than ${LONGEST} characters` };
  const hidden = INVISIBLE.exec(raw.trim())?.[0];
  if (hidden !== undefined) return { ok: false, reason: `it holds an invisible character, ${codePoint(hidden)}` };
  const text = normaliseIdentifier(raw);
  if (PAINTED.test(text)) return { ok: true, text };
  const foreign = [...text].find((character) => !PAINTED.test(character)) ?? "";
  const alike = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Latin}]/u.test(foreign);
  const what = alike ? "a letter of another alphabet" : "a character that is on no plate or container";
  return { ok: false, reason: `it holds ${what}, ${codePoint(foreign)}` };
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

const CONTAINER = /^[A-Z]{3}[UJZ]\d{6}\d$/;

/** The value of one character in the ISO 6346 sum: digits are themselves, letters count from 10 and skip 11, 22, 33. */
export function containerCharacterValue(character: string): number {
  const code = character.charCodeAt(0);
  if (code >= 48 && code <= 57) return code - 48;
  const ordinal = code - 65;
  return 10 + ordinal + Math.floor((ordinal + 9) / 10);
}

/** Check digit of the first ten characters of a container number (ISO 6346, annex A). Remainder 10 is written 0. */
export function containerCheckDigit(firstTen: string): number {
  let sum = 0;
  for (let i = 0; i < 10; i++) sum += containerCharacterValue(firstTen[i] ?? "0") * 2 ** i;
  return (sum % 11) % 10;
}

/** A well-formed container number whose check digit is right. Not proof: 8.5% of one-letter errors pass it. */
export function isContainerNumber(text: string): boolean {
  return CONTAINER.test(text) && containerCheckDigit(text) === Number(text[10]);
}

export type PlateCountry = "VN" | "CN";
export type PlateKind = "tractor" | "trailer" | "new-energy" | "special";

/** The 20 letters used as Vietnamese series; there is no I, J, O, Q, R, W. */
export const VN_SERIES = "ABCDEFGHKLMNPSTUVXYZ";
/** Vietnamese province codes in use. 12 is Lang Son. */
export const VN_PROVINCE = /^(?:1[1245-9]|2\d|3\d|4[013789]|5\d|6\d|7\d|8[0-689]|9[02-57-9])/;
/** First characters of Chinese plates. 桂 is Guangxi. */
export const CN_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

const PLATE_FORMS: readonly { country: PlateCountry; kind: PlateKind; form: RegExp }[] = [
  { country: "VN", kind: "trailer", form: /^\d{2}RM?\d{4,5}$/ },
  { country: "VN", kind: "special", form: /^\d{2}(?:KT|LD|DA|MK|MĐ|MD|TĐ|TD|HC|CD|NG|QT|CV|NN)\d{4,5}$/ },
  { country: "VN", kind: "tractor", form: /^\d{2}[ABCDEFGHKLMNPSTUVXYZ]\d{4,5}$/ },
  { country: "VN", kind: "special", form: /^\d{2}[ABCDEFGHKLMNPSTUVXYZ][0-9A-Z]\d{4,5}$/ },
  // Mopeds of the 1990s, on motorcycle photographs still: digits first, then two letters. Not a weight in KG or LB.
  { country: "VN", kind: "special", form: /^\d{5}(?!KG|LB)[ABCDEFGHKLMNPSTUVXYZ]{2}$/ },
  // Issued for a few weeks, to new vehicles that are driven to their owner.
  { country: "VN", kind: "special", form: /^T\d{2}\d{5,6}$/ },
  { country: "CN", kind: "trailer", form: /^[一-龥][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}挂$/ },
  { country: "CN", kind: "special", form: /^[一-龥][A-HJ-NP-Z][A-HJ-NP-Z0-9]{4}[学警港澳领]$/ },
  { country: "CN", kind: "new-energy", form: /^[一-龥][A-HJ-NP-Z](?:[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF])$/ },
  { country: "CN", kind: "tractor", form: /^[一-龥][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5}$/ },
  // O in the second place: vehicles of provincial authorities.
  { country: "CN", kind: "special", form: /^[一-龥]O[A-HJ-NP-Z0-9]{5}$/ },
  // Armed police.
  { country: "CN", kind: "special", form: /^WJ[一-龥]\d{4}[A-HJ-NP-Z0-9]$/ },
];
/** What stands before the province. */
const BEFORE_PROVINCE = /^(?:T|WJ)/;

/**
 * Country and kind of a normalised plate, or undefined when no grammar fits.
 * A Vietnamese motorcycle-style series (letter + digit) is accepted as `special`: it is on real photographs. Plates of
 * the armed forces of Viet Nam (two letters, four digits) are not: most of what reads like one is other text.
 */
export function classifyPlate(text: string): { country: PlateCountry; kind: PlateKind } | undefined {
  const found = PLATE_FORMS.find(({ form }) => form.test(text));
  if (found === undefined) return undefined;
  const fromProvince = text.replace(BEFORE_PROVINCE, "");
  if (found.country === "VN" && !VN_PROVINCE.test(fromProvince)) return undefined;
  if (found.country === "CN" && !CN_PROVINCES.includes(fromProvince[0] ?? " ")) return undefined;
  return { country: found.country, kind: found.kind };
}

/** Declarations are one when their first 11 digits are: the 12th counts amendments (VNACCS data-entry guide). */
export function declarationIdentity(declarationNo: string): string {
  return normaliseIdentifier(declarationNo).slice(0, 11);
}

/** Number of amendments of a declaration, its 12th digit; 0 when it is not written. */
export function declarationAmendment(declarationNo: string): number {
  const digit = normaliseIdentifier(declarationNo)[11] ?? "0";
  return /\d/.test(digit) ? Number(digit) : 0;
}

/** The identity of the declaration in a QR code, or null when the text is no declaration number. */
export function declarationInCode(text: string): string | null {
  const number = normaliseIdentifier(text);
  return /^\d{11,12}$/.test(number) ? declarationIdentity(number) : null;
}
