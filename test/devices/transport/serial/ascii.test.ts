import { describe } from "node:test";
import { simulated } from "#bench/contract/check";
import { weighbridgeChecks } from "#bench/contract/checks/weighbridge";
import { asciiRig } from "#bench/contract/rigs/weighbridge-ascii";
import { familyTests } from "../../../contract/family-tests.ts";
import { onCable } from "./cable-plant.ts";
import { Cable, SKIP } from "./pseudo-terminals.ts";

async function build(format: string) {
  const cable = new Cable();
  await cable.plug();
  return onCable(await asciiRig(format, cable), cable);
}

describe("text on serial ports", { concurrency: 2, skip: SKIP }, () => {
  for (const format of ["and-18", "toledo-continuous"]) {
    const named = { driver: "ascii-weighbridge", class: "weighbridge" } as const;
    const name = `ascii-weighbridge, format ${format}, on a serial port`;
    familyTests(simulated({ name, ...named }, weighbridgeChecks(), () => build(format)));
  }
});
