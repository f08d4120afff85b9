import Type from "typebox";
import { LINE_OPTIONS, type LineSettings } from "../../serial/line-options.ts";

/** Options of every driver whose device answers Modbus RTU. Devices on one line must agree about the line. */
export const RTU_OPTIONS = {
  ...LINE_OPTIONS,
  unit: Type.Integer({ minimum: 1, maximum: 247, default: 1, description: "Modbus unit id of the device" }),
  timeoutMs: Type.Integer({
    minimum: 50,
    maximum: 5000,
    default: 500,
    description: "Longest wait for one answer of the device, milliseconds",
  }),
  settleMs: Type.Integer({
    minimum: 100,
    maximum: 60_000,
    default: 2000,
    description:
      "Time for which a device that did not answer is left alone, milliseconds: longer than its latest answer ever takes",
  }),
};

export interface RtuSettings extends LineSettings {
  readonly unit: number;
  readonly timeoutMs: number;
  readonly settleMs: number;
}
