import type { IndicatorDisplay } from "../modbus/simulator.ts";
import type { Flag, FrameFormat } from "./format.ts";

/** What a simulated indicator may show that is not true. */
export interface ForcedText {
  /** Stands in the weight field instead of the weight, cut or filled to its length. */
  readonly weight?: string;
  readonly kilograms?: boolean;
  readonly gross?: boolean;
}

/** One whole frame with its start and end: the inverse of decodeFrame, for simulators. */
export function encodeFrame(format: FrameFormat, display: IndicatorDisplay, forced: ForcedText = {}): Uint8Array {
  const characters = Array.from({ length: format.length }, () => " ");
  const put = (at: number, text: string) => characters.splice(at, text.length, ...text);
  for (const { at, text } of format.expect) put(at, text[0] ?? "");
  put(
    format.weight.at,
    forced.weight?.padStart(format.weight.length).slice(0, format.weight.length) ?? number(format, display),
  );
  const flag = (one: Flag | undefined, active: boolean) => {
    if (one === undefined) return;
    if ("bit" in one) put(one.at, withBit(characters[one.at] ?? " ", one.bit, active === (one.activeWhen === 1)));
    else if (active) put(one.at, one.text[0] ?? "");
    else if (format.expect.some(({ at }) => at === one.at)) put(one.at, other(format, one.at, one.text));
    else put(one.at, "?".repeat(one.text[0]?.length ?? 1));
  };
  flag(format.kilograms, forced.kilograms ?? true);
  flag(format.gross, forced.gross ?? true);
  flag(format.negative, display.grossKg < 0);
  flag(format.zero, display.atZero);
  flag(format.underRange, display.underRange);
  // One field of letters may say both; out of range is the one that it says then.
  flag(format.stable, display.stable);
  if (display.overRange || format.stable === undefined || "bit" in (format.overRange ?? {})) {
    flag(format.overRange, display.overRange);
  }
  return Buffer.from((format.start ?? "") + characters.join("") + format.end, "latin1");
}

function number({ weight, negative }: FrameFormat, { grossKg }: IndicatorDisplay): string {
  const digits = Math.abs(grossKg).toFixed(weight.decimals);
  if (negative !== undefined) return digits.padStart(weight.length, "0");
  return (grossKg < 0 ? "-" : "+") + digits.padStart(weight.length - 1, "0");
}

/** A text of an expected field that is not one of those of the flag; the second one for two letters of stability. */
function other({ expect }: FrameFormat, at: number, texts: readonly string[]): string {
  return expect.find((one) => one.at === at)?.text.find((text) => !texts.includes(text)) ?? "";
}

function withBit(character: string, bit: number, high: boolean): string {
  // Bit 5 is always set in status characters, so that they are none that control a line.
  const code = character.charCodeAt(0) | 0x20;
  return String.fromCharCode(high ? code | (1 << bit) : code & ~(1 << bit));
}
