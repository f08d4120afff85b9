import type { Verdict } from "#contract/decision";
import type { Language, Text } from "#lanes/decision/reasons";

/** Headings and short words of an explanation. What devices and rules recorded stays as it was recorded. */
const WORDS = {
  read: { en: "What was read", vi: "Đã đọc", zh: "识别结果" },
  nothing: { en: "nothing yet", vi: "chưa có", zh: "暂无" },
  weight: { en: "Weight", vi: "Cân", zh: "称重" },
  earlier: { en: "Earlier decisions", vi: "Các quyết định trước", zh: "此前的判定" },
  decision: { en: "Decision", vi: "Quyết định", zh: "判定" },
  noDecision: { en: "none yet", vi: "chưa có", zh: "暂无" },
  inputs: { en: "Decided on", vi: "Căn cứ", zh: "判定依据" },
  rules: { en: "Rules", vi: "Quy tắc", zh: "规则" },
  decides: { en: "<- decides", vi: "<- quyết định", zh: "<- 决定性" },
  opens: { en: "What would open this gate", vi: "Điều kiện để mở barie", zh: "放行条件" },
  officer: { en: "an officer decides", vi: "cán bộ quyết định", zh: "由关员决定" },
  boom: { en: "Boom", vi: "Barie", zh: "栏杆" },
  unknown: { en: "outcome not known", vi: "chưa rõ kết quả", zh: "结果未知" },
  faults: { en: "Faults", vi: "Sự cố", zh: "故障" },
  takenBack: { en: "taken back", vi: "đã thu hồi", zh: "已撤回" },
  container: { en: "container", vi: "container", zh: "箱号" },
  plate: { en: "plate", vi: "biển số", zh: "车牌" },
  list: { en: "list", vi: "danh sách", zh: "放行名单" },
  grounds: { en: "grounds", vi: "cơ sở", zh: "放行依据" },
} as const satisfies Record<string, Text>;

export type Word = keyof typeof WORDS;

const VERDICTS: Readonly<Record<Verdict, Text>> = {
  PASS: { en: "PASS", vi: "CHO QUA", zh: "放行" },
  HOLD: { en: "HOLD", vi: "GIỮ LẠI", zh: "扣留待查" },
  BLOCK: { en: "BLOCK", vi: "CHẶN", zh: "禁止通行" },
  DIVERT: { en: "DIVERT", vi: "CHUYỂN KIỂM TRA", zh: "转查验" },
};

/** The words in one language, English unless another is chosen. */
export const wordsIn = (language: Language | undefined) => (word: Word) => WORDS[word][language ?? "en"];

/** The verdict in a chosen language beside its code; empty in English, which is the code. */
export function verdictIn(verdict: string, language: Language | undefined): string {
  if (language === undefined || language === "en") return "";
  return new Map(Object.entries(VERDICTS)).get(verdict)?.[language] ?? "";
}
