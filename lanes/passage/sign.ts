import type { Text } from "../decision/reasons.ts";
import type { LaneState } from "./model.ts";

/** What the driver reads on the sign at the lane. English, Vietnamese, Chinese. */
export const SIGNS = {
  CLOSED: { en: "Lane closed", vi: "Làn đóng", zh: "通道关闭" },
  COME_IN: { en: "Drive up slowly", vi: "Đi chậm vào làn", zh: "请慢速驶入" },
  WAIT: { en: "Wait", vi: "Xin chờ", zh: "请等待" },
  ON_TO_SCALE: { en: "Drive on to the weighbridge", vi: "Đi lên bàn cân", zh: "请驶上地磅" },
  MOVE_FORWARD: { en: "Drive on: a sensor behind you is covered", vi: "Tiến thêm một chút", zh: "请稍向前移动" },
  MOVE_BACK: { en: "Back up a little: a sensor before you is covered", vi: "Lùi lại một chút", zh: "请稍向后移动" },
  STAND_STILL: { en: "Stop, you are being weighed", vi: "Dừng lại, đang cân", zh: "请停稳，正在称重" },
  DRIVE_OUT: { en: "Drive on", vi: "Mời đi qua", zh: "请通行" },
  OFFICER: { en: "Wait for an officer", vi: "Chờ cán bộ", zh: "请等待关员" },
  TO_THE_BAY: { en: "Drive to the inspection bay", vi: "Chuyển sang khu kiểm tra", zh: "请前往查验区" },
  BACK_OUT: { en: "Leave the lane backwards", vi: "Lùi xe ra khỏi làn", zh: "请倒车离开" },
  STOP: { en: "Stop", vi: "Dừng lại", zh: "停车" },
} as const satisfies Record<string, Text>;
export type SignCode = keyof typeof SIGNS;

/** The word for whoever stands first in the lane. A function of the state: the sign never says what is not so. */
export function signOf({ passage, mode, alarms, occupancy, entryLight, exitLight }: LaneState): SignCode {
  if (alarms.TAILGATE || alarms.WRONG_WAY || alarms.EMERGENCY) return "STOP";
  if (passage === null) return mode.service === "auto" ? (entryLight === "green" ? "COME_IN" : "WAIT") : "CLOSED";
  switch (passage.phase) {
    case "identify":
      return "ON_TO_SCALE";
    case "position":
      if (occupancy.scale !== "loaded") return "ON_TO_SCALE";
      if (occupancy.entryEye === "occupied") return "MOVE_FORWARD";
      return occupancy.exitEye === "occupied" ? "MOVE_BACK" : "STAND_STILL";
    case "weigh":
      return "STAND_STILL";
    case "hold":
      if (passage.decision?.reason === "OFFICER_REFUSED") return "BACK_OUT";
      return passage.decision?.verdict === "DIVERT" ? "TO_THE_BAY" : "OFFICER";
    case "crossing":
      return exitLight === "green" ? "DRIVE_OUT" : "WAIT";
    default:
      return "WAIT";
  }
}
