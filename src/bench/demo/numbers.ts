import { containerCheckDigit, VN_SERIES } from "#contract/identifiers";
import type { Random } from "../scene/random.ts";

/** Owner codes seen on boxes everywhere; which of them a truck carries says nothing. */
const OWNERS = ["MSKU", "TGHU", "CSQU", "TEMU", "BEAU", "HLXU", "OOLU", "SEGU"] as const;
/** Lang Son, Bac Giang, Bac Ninh, Hai Phong, Ha Noi. */
const PROVINCES = ["12", "98", "99", "15", "29"] as const;

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => String(random.integer(0, 9))).join("");

/** A container number with a right check digit. */
export function containerNumber(random: Random): string {
  const firstTen = `${random.pick(OWNERS)}${digits(random, 6)}`;
  return `${firstTen}${containerCheckDigit(firstTen)}`;
}

/** A Vietnamese commercial plate in normal form. */
export function vietnamesePlate(random: Random): string {
  const series = VN_SERIES[random.integer(0, VN_SERIES.length - 1)] ?? "C";
  return `${random.pick(PROVINCES)}${series === "R" ? "C" : series}${digits(random, 5)}`;
}

/** A Vietnamese trailer plate. */
export function trailerPlate(random: Random): string {
  return `${random.pick(PROVINCES)}R${digits(random, 5)}`;
}

/** A plate of Guangxi, the province on the other side. */
export function guangxiPlate(random: Random): string {
  const letters = "ABCDEFGHJKLMNP";
  return `桂${letters[random.integer(0, letters.length - 1)] ?? "F"}${digits(random, 5)}`;
}

/** Bytes of an EPC of 96 bits. */
const EPC_BYTES = 12;

/** A plate as a transponder carries it: its letters as bytes, filled up with zeros. Only ASCII letters fit. */
export function epcOf(plate: string): string {
  return Buffer.from(plate.padEnd(EPC_BYTES, "\0"), "latin1").toString("hex").toUpperCase();
}
