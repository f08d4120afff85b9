import type { Command } from "commander";
import type { SheetVerdict } from "#store/commissioning-sheet";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { EXIT, NegativeAnswer } from "../exit.ts";
import { readInput } from "../input-file.ts";
import { type Output, shown } from "../terminal/output.ts";

/** Larger files are no sheet, bytes. */
const LIMIT_BYTES = 4 * 1024 * 1024;

export function addDeviceSheet(device: Command, output: Output): void {
  const sheet = device.command("sheet").description("commissioning sheets");
  const verify = sheet
    .command("verify")
    .description("check a commissioning sheet with nothing but its own bytes; needs no daemon")
    .argument("<file>", "written by lanectl device bringup")
    .option("--key <file>", "public key of the lane (lane-key.pem), to make sure whose sheet it is");
  withExamples(sheet, [["lanectl device sheet verify commissioning-gate.json", "nothing in it was changed"]]);
  withExamples(verify, [
    ["lanectl device sheet verify commissioning-gate.json", "exit code 0 when nothing was changed, 1 when not"],
    ["lanectl device sheet verify commissioning-gate.json --key lane-key.pem", "and that this lane signed it"],
  ]).action(async (file: string, { key }: { readonly key?: string }) => {
    const { show } = await contextOf(verify, output);
    const { checkSheet } = await import("#store/commissioning-sheet");
    const { parsePublicKey } = await import("#store/lane-key");
    const expected = key === undefined ? undefined : parsePublicKey(read(key));
    const verdict = checkSheet(read(file), expected);
    show(verdict, (found) => verdictText(file, found, expected !== undefined, output));
    if (!verdict.ok) throw new NegativeAnswer(EXIT.negative);
  });
}

const read = (file: string): string => readInput(file, LIMIT_BYTES, "USAGE");

function verdictText(file: string, { ok, problems, sheet }: SheetVerdict, known: boolean, { colours }: Output): string {
  if (!ok || sheet === null) {
    return `${colours.red("not good")}: ${shown(file)}\n${problems.map((one) => `  ${shown(one)}\n`).join("")}`;
  }
  const { device, report, site, lane, kid, signedAt } = sheet;
  const whose = known ? "the lane's own key" : "compare this fingerprint with the lane's, or give --key";
  return [
    `${colours.green("whole")}: ${shown(device.id)} of ${shown(site)}/${shown(lane)}, ${report.result}, by ${shown(report.technician)}\n`,
    `signed ${shown(signedAt)} with key ${shown(kid)} (${whose})\n`,
  ].join("");
}
