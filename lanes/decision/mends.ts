import type { Mend } from "#contract/decision";
import type { Language, Text } from "./reasons.ts";

/**
 * What would open a gate, by code, with what an officer is told. English, Vietnamese, Chinese. A name in braces is
 * replaced by what the failing rule found; every language has the same ones.
 */
export const MENDS = {
  BOOM_HEALTHY: {
    en: "the boom reports closed and healthy",
    vi: "barie báo đã đóng và không có lỗi",
    zh: "栏杆报告已关闭且状态正常",
  },
  SENSORS_AGREE: {
    en: "the sensors agree again",
    vi: "vòng từ, mắt quang và cân khớp nhau trở lại",
    zh: "地感、光电与地磅恢复一致",
  },
  SUSPENSION_LIFTED: {
    en: "{by} lifts the suspension",
    vi: "{by} hủy thông báo tạm dừng",
    zh: "{by} 撤销暂停通知",
  },
  WATCH_RESOLVED: {
    en: "an officer resolves the watch entry",
    vi: "cán bộ xử lý xong thông tin theo dõi",
    zh: "关员处理完布控信息",
  },
  NEW_CLEARANCE: { en: "a new clearance arrives", vi: "có thông tin cho phép mới", zh: "收到新的放行信息" },
  CLEARANCE_SENT: {
    en: "operations send a clearance for {what}",
    vi: "trung tâm gửi thông tin cho phép của {what}",
    zh: "中心发来 {what} 的放行信息",
  },
  DECLARATION_SENT: {
    en: "operations send a clearance for declaration {declarations}",
    vi: "trung tâm gửi thông tin cho phép của tờ khai {declarations}",
    zh: "中心发来报关单 {declarations} 的放行信息",
  },
  SIBLINGS_ELIGIBLE: {
    en: "{clearances} become eligible",
    vi: "{clearances} đủ điều kiện",
    zh: "{clearances} 符合放行条件",
  },
  CUSTOMS_CLEARS: {
    en: "customs clears {clearance}",
    vi: "hải quan thông quan {clearance}",
    zh: "海关放行 {clearance}",
  },
  AUTHORITIES_RELEASE: {
    en: "{authorities} release {clearance}",
    vi: "{authorities} xác nhận cho qua đối với {clearance}",
    zh: "{authorities} 放行 {clearance}",
  },
  CLEARANCE_EXTENDED: {
    en: "{clearance} is extended",
    vi: "{clearance} được gia hạn",
    zh: "{clearance} 延长有效期",
  },
  TIME_COMES: { en: "it is {from}", vi: "đến {from}", zh: "到 {from}" },
  SLOT_COMES: {
    en: "it is {from}, or another slot is booked",
    vi: "đến {from}, hoặc đăng ký khung giờ khác",
    zh: "到 {from}，或改约其他时段",
  },
  SLOT_ANNOUNCED: { en: "a time slot is announced", vi: "có đăng ký khung giờ", zh: "已申报时段" },
  CLOCK_CONFIRMED: {
    en: "the clock is put right, or a technician has compared it and clears the fault",
    vi: "chỉnh lại đồng hồ, hoặc kỹ thuật viên kiểm tra và xác nhận",
    zh: "校正时钟，或由技术员核对后清除故障",
  },
  OTHER_DIRECTION: { en: "it uses the other direction", vi: "xe đi chiều ngược lại", zh: "改走另一方向" },
  OTHER_LANE: { en: "it uses {lanes}", vi: "xe đi làn {lanes}", zh: "改走 {lanes}" },
  DOCUMENTS_CLOSED: {
    en: "customs checks the documents of {clearance}",
    vi: "hải quan kiểm tra xong hồ sơ của {clearance}",
    zh: "海关审结 {clearance} 的单证",
  },
  INSPECTED: {
    en: "customs inspects and clears {what}",
    vi: "hải quan kiểm tra và thông quan {what}",
    zh: "海关查验并放行 {what}",
  },
  SCANNED: { en: "the scan result arrives", vi: "có kết quả soi chiếu", zh: "收到机检结果" },
  CONTAINER_READ: {
    en: "the container number is read, or an officer enters it",
    vi: "đọc được số container, hoặc cán bộ nhập số",
    zh: "识别到箱号，或由关员录入",
  },
  CONTAINER_IS: {
    en: "the container is as cleared: {containers}",
    vi: "container đúng với thông tin cho phép: {containers}",
    zh: "箱号与放行信息一致：{containers}",
  },
  CONTAINER_CHOSEN: {
    en: "an officer says which container is on the vehicle",
    vi: "cán bộ xác định container nào ở trên xe",
    zh: "关员确认车上是哪个集装箱",
  },
  BOTH_CONTAINERS_READ: {
    en: "both containers are read, or an officer checks them",
    vi: "đọc được số của cả hai container, hoặc cán bộ kiểm tra",
    zh: "识别到两个箱号，或由关员核对",
  },
  PLATE_READ: {
    en: "the plate is read, or an officer enters it",
    vi: "đọc được biển số, hoặc cán bộ nhập biển số",
    zh: "识别到车牌，或由关员录入",
  },
  TRACTOR_IS: { en: "the tractor is {plate}", vi: "đầu kéo mang biển số {plate}", zh: "牵引车为 {plate}" },
  TRAILER_READ: {
    en: "the plate of the trailer is read, or an officer enters it",
    vi: "đọc được biển số rơ moóc, hoặc cán bộ nhập biển số",
    zh: "识别到挂车车牌，或由关员录入",
  },
  TRAILER_IS: { en: "the trailer is {plate}", vi: "rơ moóc mang biển số {plate}", zh: "挂车为 {plate}" },
  SEAL_INSPECTED: {
    en: "an officer inspects the seal and the load",
    vi: "cán bộ kiểm tra niêm phong và hàng hóa",
    zh: "关员检查封志与货物",
  },
  SEAL_HEARD: {
    en: "the seal is heard, or an officer checks it",
    vi: "nhận được tín hiệu niêm phong, hoặc cán bộ kiểm tra",
    zh: "收到封志信号，或由关员检查",
  },
  SEALS_SENT: {
    en: "operations send the record with its seals",
    vi: "trung tâm gửi thông tin có số niêm phong",
    zh: "中心补发封志号",
  },
  SEAL_IS: {
    en: "the {kind} seal is {seal}, or an officer checks it",
    vi: "niêm phong ({kind}) đúng số {seal}, hoặc cán bộ kiểm tra",
    zh: "封志（{kind}）为 {seal}，或由关员检查",
  },
  SEAL_READ: {
    en: "the {kind} seal {seal} is read, or an officer checks it",
    vi: "đọc được niêm phong ({kind}) số {seal}, hoặc cán bộ kiểm tra",
    zh: "识别到封志（{kind}）{seal}，或由关员检查",
  },
  WEIGHED: { en: "the vehicle is weighed", vi: "cân được xe", zh: "车辆完成称重" },
  WEIGHED_AFTER_ZERO: {
    en: "the vehicle is weighed after a zero",
    vi: "cân xe sau khi cân về không",
    zh: "地磅归零后称重",
  },
  OVERWEIGHT_DECIDED: {
    en: "an officer decides about the overweight vehicle",
    vi: "cán bộ quyết định đối với xe quá tải",
    zh: "由关员决定超重车辆",
  },
  LOOKED_INSIDE: { en: "an officer looks inside", vi: "cán bộ kiểm tra bên trong", zh: "关员查看箱内" },
  LOAD_CHECKED: {
    en: "the declaration is amended, or an officer checks the load",
    vi: "tờ khai được sửa, hoặc cán bộ kiểm tra hàng hóa",
    zh: "修改报关单，或由关员检查货物",
  },
  VEHICLE_FOUND_OUT: {
    en: "an officer finds out which vehicle this is",
    vi: "cán bộ xác định đây là xe nào",
    zh: "关员查明是哪辆车",
  },
  IDENTITY_READ: {
    en: "the {identities} is read, or an officer checks the vehicle",
    vi: "đọc được {identities}, hoặc cán bộ kiểm tra xe",
    zh: "识别到 {identities}，或由关员检查车辆",
  },
  SECOND_IDENTITY: {
    en: "a second identity is read",
    vi: "đọc được thêm một nguồn nhận dạng",
    zh: "识别到第二个身份",
  },
  SECOND_DEVICE: {
    en: "a second device reads the vehicle",
    vi: "thiết bị thứ hai nhận dạng xe",
    zh: "第二台设备识别到车辆",
  },
  SECOND_WITNESS: {
    en: "a transponder or a second camera names the vehicle",
    vi: "thẻ điện tử hoặc camera thứ hai xác nhận xe",
    zh: "电子标签或第二台摄像机确认车辆",
  },
  LIST_RENEWED: {
    en: "the link returns or a list is imported",
    vi: "kết nối trở lại hoặc nhập danh sách mới",
    zh: "恢复联网或导入名单",
  },
  OFFICER_AGREES: { en: "an officer agrees", vi: "cán bộ đồng ý", zh: "关员同意" },
} as const satisfies Record<string, Text>;

export type MendCode = keyof typeof MENDS;

type Holes<Sentence extends string> = Sentence extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | Holes<Rest>
  : never;
type Values<Code extends MendCode> = Record<Holes<(typeof MENDS)[Code]["en"]>, string>;

/** What would mend a failed rule, with what belongs into the sentence. */
export function mend<Code extends MendCode>(
  code: Code,
  ...values: keyof Values<Code> extends never ? [] : [Values<Code>]
): Mend {
  return values.length === 0 ? { code } : { code, values: { ...values[0] } };
}

const sentences: Readonly<Record<string, Text>> = MENDS;

/** The sentence of a mend. A code that this version does not know stands for itself. */
export function mendText({ code, values }: Mend, language: Language): string {
  const sentence = Object.hasOwn(sentences, code) ? sentences[code]?.[language] : undefined;
  return (sentence ?? code).replace(/\{(\w+)\}/g, (hole, name: string) => values?.[name] ?? hole);
}
