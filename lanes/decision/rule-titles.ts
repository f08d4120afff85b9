import type { Text } from "./reasons.ts";

/** What each rule asks, in English, Vietnamese and Chinese. Ids of the domain guide, section 6. */
export const RULE_TITLES = {
  V1: { en: "The lane is fit to decide", vi: "Làn đủ điều kiện vận hành", zh: "通道状态正常" },
  V2: { en: "No suspension", vi: "Không có thông báo tạm dừng", zh: "无暂停放行通知" },
  V3: { en: "Not on the watch list", vi: "Không thuộc danh sách theo dõi", zh: "不在布控名单" },
  V4: { en: "Not used before", vi: "Chưa được sử dụng", zh: "未曾使用" },
  P1: { en: "A clearance exists", vi: "Có thông tin đủ điều kiện", zh: "有放行信息" },
  P2: {
    en: "Every declaration of the load is eligible",
    vi: "Mọi tờ khai của lô hàng đủ điều kiện",
    zh: "同箱报关单均已放行",
  },
  P3: { en: "Customs status allows passage", vi: "Trạng thái hải quan cho phép qua", zh: "海关状态允许通行" },
  P4: {
    en: "Every required authority has released",
    vi: "Mọi cơ quan liên quan đã xác nhận",
    zh: "各部门均已放行",
  },
  P5: {
    en: "Valid now, in this lane and direction",
    vi: "Còn hiệu lực, đúng làn, đúng chiều",
    zh: "时效、通道、方向正确",
  },
  P6: { en: "The channel is done with", vi: "Đã hoàn tất phân luồng", zh: "查验通道手续完成" },
  P7: { en: "The scan is done with", vi: "Đã hoàn tất soi chiếu", zh: "机检完成" },
  M1: { en: "The container is the one cleared", vi: "Đúng số container", zh: "箱号相符" },
  M2: { en: "The tractor is the one cleared", vi: "Đúng biển số đầu kéo", zh: "牵引车车牌相符" },
  M3: { en: "The trailer is the one cleared", vi: "Đúng biển số rơ moóc", zh: "挂车车牌相符" },
  M4: { en: "The seals are the ones named", vi: "Đúng niêm phong", zh: "封志相符" },
  M5: { en: "The weight agrees with the declaration", vi: "Trọng lượng khớp khai báo", zh: "重量与申报相符" },
  M6: { en: "Transponder and QR code agree", vi: "Thẻ và mã QR khớp", zh: "电子标签与二维码相符" },
  Q1: { en: "Two independent identities agree", vi: "Hai nguồn nhận dạng độc lập khớp nhau", zh: "两个独立身份一致" },
  Q2: {
    en: "The list is fresh and the lane may decide",
    vi: "Dữ liệu còn mới và làn được tự quyết định",
    zh: "数据有效且可自动决定",
  },
} as const satisfies Record<string, Text>;

export type RuleId = keyof typeof RULE_TITLES;
