import { describe } from "node:test";
import { weighbridgeContract } from "../../../contract/weighbridge.ts";
import { asciiRig } from "../../weighbridge/ascii/rig.ts";
import { onCable } from "./cable-plant.ts";
import { Cable, SKIP } from "./pseudo-terminals.ts";

async function build(format: string) {
  const cable = new Cable();
  await cable.plug();
  const rig = await asciiRig(format, cable);
  return { ...rig, plant: onCable(rig.plant, cable) };
}

describe("text on serial ports", { concurrency: 2, skip: SKIP }, () => {
  for (const format of ["and-18", "toledo-continuous"]) {
    weighbridgeContract(`ascii-weighbridge, format ${format}`, () => build(format));
  }
});
