import type { OrderOutcome, Wish } from "#contract/order";
import type { FirstStep } from "#edge/api/order-routes";
import type { Language, Text } from "#lanes/decision/reasons";
import { shown } from "./output.ts";

const STATES: Readonly<Record<OrderOutcome["state"], Text>> = {
  done: { en: "done", vi: "đã thực hiện", zh: "已执行" },
  refused: { en: "refused", vi: "bị từ chối", zh: "被拒绝" },
  failed: { en: "failed", vi: "không hoàn thành", zh: "未完成" },
};

/** What is wrong with an order before the lane has looked at it. The lane's own answers are sentences already. */
const CODES: Readonly<Record<string, Text>> = {
  ORDER_EXPIRED: {
    en: "It came too late, or a clock is wrong",
    vi: "Lệnh đã quá hạn hoặc đồng hồ sai",
    zh: "命令已过期或时钟有误",
  },
  ORDER_REPLAYED: { en: "It was given before", vi: "Lệnh đã được gửi trước đó", zh: "该命令此前已发送" },
  ORDER_ROLE: {
    en: "This key may not act in this role",
    vi: "Khóa không có quyền với vai trò này",
    zh: "密钥无此角色权限",
  },
  ORDER_APPROVAL: {
    en: "The second person's approval does not hold",
    vi: "Xác nhận của người thứ hai không hợp lệ",
    zh: "第二人的确认无效",
  },
  ORDER_UNCONFIRMED: {
    en: "The second step is missing: ask for a new word",
    vi: "Thiếu bước xác nhận: hãy lấy mã mới",
    zh: "缺少第二步确认：请重新获取确认码",
  },
  ORDER_UNRECORDED: {
    en: "It could not be written down, so nothing was done",
    vi: "Không ghi được lệnh nên không thực hiện",
    zh: "命令无法记录，未执行",
  },
  ORDER_UNANSWERED: {
    en: "The lane gave no answer in time: look at it before you ask again",
    vi: "Làn không trả lời kịp: hãy kiểm tra làn trước khi gửi lại",
    zh: "通道未及时答复：请先查看通道再重试",
  },
};

const WORDS = {
  step: {
    en: "Nothing has happened yet. The lane now:",
    vi: "Chưa thực hiện gì. Trạng thái làn hiện tại:",
    zh: "尚未执行。通道当前状态：",
  },
  mode: { en: "mode", vi: "chế độ", zh: "模式" },
  boom: { en: "boom", vi: "barie", zh: "栏杆" },
  occupied: { en: "occupied", vi: "có vật cản tại", zh: "占用" },
  nothing: { en: "nothing", vi: "không", zh: "无" },
  passage: { en: "passage", vi: "lượt xe", zh: "通行" },
  again: { en: "To carry it out, give the order", vi: "Để thực hiện, gửi lại lệnh", zh: "如需执行，请重新发送命令" },
  with: { en: "again with", vi: "kèm theo", zh: "并附加" },
  within: { en: "seconds", vi: "giây", zh: "秒" },
} as const satisfies Record<string, Text>;

/** What became of an order, with the reason in words. */
export function outcomeText({ state, code, detail }: OrderOutcome, language: Language = "en"): string {
  const words = CODES[code]?.[language];
  const parts = [words, detail].filter((part) => part !== undefined && part !== "").map((part) => shown(part));
  const head = `${STATES[state][language]}${code === "" ? "" : ` ${shown(code)}`}`;
  return `${head}${parts.length === 0 ? "" : `: ${parts.join(" - ")}`}\n`;
}

/** The lane as it is, and how to go on. */
export function secondStepText(wish: Wish, step: FirstStep, language: Language = "en"): string {
  const word = (name: keyof typeof WORDS) => WORDS[name][language];
  const facts = [
    [word("mode"), shown(step.mode)],
    [word("boom"), shown(step.boom)],
    [word("occupied"), shown(step.occupancy.join(", ") || word("nothing"))],
    ...step.passages.map(({ passage, phase }) => [word("passage"), `${shown(passage)} ${shown(phase)}`]),
  ];
  return [
    `${word("step")}\n`,
    ...facts.map(([name, value]) => `  ${name}: ${value}\n`),
    `${word("again")} "${wish.name}" ${word("with")} --yes ${step.word} (${step.seconds} ${word("within")})\n`,
  ].join("");
}
