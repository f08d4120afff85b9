import type { Family } from "../check.ts";
import { asciiWeighbridges, onnxRecogniser, onvifCamera, textReaders, vda5050Vehicles } from "./edge.ts";
import { modbusGates, modbusWeighbridges, rtuFamilies } from "./modbus.ts";
import { opcUaGates, opcUaIdReaders, opcUaWeighbridge } from "./opcua.ts";

/** Every driver of the lane on its simulator, and the recogniser. */
export async function allFamilies(): Promise<Family[]> {
  return [
    ...(await modbusGates()),
    ...(await modbusWeighbridges()),
    ...rtuFamilies(),
    ...(await opcUaGates()),
    opcUaWeighbridge(),
    ...(await asciiWeighbridges()),
    onvifCamera(),
    ...textReaders(),
    ...opcUaIdReaders(),
    vda5050Vehicles(),
    onnxRecogniser(),
  ];
}
