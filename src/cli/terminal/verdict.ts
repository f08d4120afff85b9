import { type Colours, shown } from "./output.ts";

/** A verdict in its colour: green only for the one that opens the boom. */
export function verdictText(verdict: string | null, colours: Colours): string {
  switch (verdict) {
    case "PASS":
      return colours.green(verdict);
    case "BLOCK":
      return colours.red(verdict);
    default:
      return colours.yellow(shown(verdict));
  }
}
