import { blockOf, type StatusBit, type WeighbridgeProfile, widthOf } from "./profile.ts";

/** One reply of the indicator, in words of the lane. */
export interface IndicatorReply {
  /** Kilograms; undefined when the registers hold no weight. */
  readonly grossKg: number | undefined;
  /** The registers behind the weight, for people. */
  readonly raw: string;
  readonly stable: boolean;
  readonly atZero: boolean;
  readonly overRange: boolean;
  readonly underRange: boolean;
  /** Undefined when the profile has no counter. */
  readonly sampleCounter: number | undefined;
}

/** Reads one block of registers (each 0..65535) as the profile describes it. */
export function decodeReply(profile: WeighbridgeProfile, block: readonly number[]): IndicatorReply {
  const { gross, status, sampleCounter } = profile;
  const start = blockOf(profile).address;
  const register = (address: number): number => block[address - start] ?? 0;
  const flags = status === undefined ? 0 : register(status.address);
  const active = (bit: StatusBit | undefined): boolean => bit !== undefined && isActive(flags, bit);
  const words = Array.from({ length: widthOf(gross.type) }, (_, index) => register(gross.address + index));
  const valid = (status?.valid ?? []).every((bit) => isActive(flags, bit));
  const magnitude = valid ? decodeWeight(gross, words) : undefined;
  const grossKg = gross.negative === undefined ? magnitude : signed(magnitude, active(gross.negative));
  return {
    grossKg,
    raw: words.map((word) => `0x${word.toString(16).padStart(4, "0")}`).join(" ") + (valid ? "" : ", marked not valid"),
    stable: active(status?.stable),
    atZero: status?.zero === undefined ? grossKg === 0 : active(status.zero),
    overRange: active(status?.overRange),
    underRange: active(status?.underRange),
    sampleCounter: sampleCounter === undefined ? undefined : register(sampleCounter.address),
  };
}

/** The weight of a magnitude and its sign bit. A negative count without the sign bit contradicts itself: no weight. */
function signed(kg: number | undefined, negative: boolean): number | undefined {
  if (kg === undefined || (kg < 0 && !negative)) {
    return undefined;
  }
  return negative ? -Math.abs(kg) + 0 : kg;
}

/** Kilograms, or undefined for NaN, infinity and the patterns that stand for no value. */
export function decodeWeight(gross: WeighbridgeProfile["gross"], words: readonly number[]): number | undefined {
  const ordered = gross.wordOrder === "high-first" ? words : words.toReversed();
  const bytes = new DataView(new ArrayBuffer(4));
  for (const [index, word] of ordered.entries()) {
    bytes.setUint16(index * 2, word);
  }
  const count = gross.type === "float32" ? bytes.getFloat32(0) : integer(gross.type, bytes);
  if (count === undefined || !Number.isFinite(count) || gross.noValue.includes(count)) {
    return undefined;
  }
  // Grams are enough; the rounding only removes what binary fractions add. Adding zero turns -0 into 0.
  return Math.round(count * gross.scale * 1000) / 1000 + 0;
}

/** Registers of a weight: the inverse of decodeWeight, for simulators. `count` is the number before scaling. */
export function encodeCount(gross: WeighbridgeProfile["gross"], count: number): number[] {
  const bytes = new DataView(new ArrayBuffer(4));
  if (gross.type === "float32") {
    bytes.setFloat32(0, count);
  } else if (gross.type === "int32") {
    bytes.setInt32(0, count);
  } else {
    bytes.setInt16(0, count);
  }
  const words = Array.from({ length: widthOf(gross.type) }, (_, index) => bytes.getUint16(index * 2));
  return gross.wordOrder === "high-first" ? words : words.reverse();
}

export function isActive(flags: number, bit: StatusBit): boolean {
  return ((flags >> bit.bit) & 1) === bit.activeWhen;
}

/** All bits set and only the sign bit set are what indicators send when they have nothing to say. */
function integer(type: "int16" | "int32", bytes: DataView): number | undefined {
  const count = type === "int16" ? bytes.getInt16(0) : bytes.getInt32(0);
  const least = type === "int16" ? -(2 ** 15) : -(2 ** 31);
  return count === -1 || count === least ? undefined : count;
}
