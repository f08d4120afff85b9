import type { IncidentList, IncidentPlace } from "#edge/api/incident-routes";
import type { Incident } from "#store/incident-register";
import { type Colours, clockTime, shown } from "./output.ts";
import { table } from "./table.ts";

/** Vietnam has one time, seven hours ahead, all year. */
const VIETNAM_MS = 7 * 60 * 60_000;
const BLANK = "……………………";

/** A time as it stands on Vietnamese papers: day, month, year and the local time. */
export function vietnamTime(iso: string): string {
  const at = new Date(Date.parse(iso) + VIETNAM_MS);
  if (Number.isNaN(at.getTime())) return BLANK;
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  return `${two(at.getUTCHours())} giờ ${two(at.getUTCMinutes())} phút ngày ${date}`;
}

export function incidentsText({ incidents }: IncidentList, colours: Colours): string {
  if (incidents.length === 0) return "no incident was registered yet\n";
  return table(
    incidents.map(({ id, since, until, seconds, notice, lateReports }) => [
      shown(id),
      `since ${clockTime(since, true)}`,
      until === null ? colours.yellow("goes on") : `${Math.round((seconds ?? 0) / 60)} min`,
      notice === "overdue" ? colours.red("notice overdue") : `notice ${notice}`,
      lateReports.length === 0 ? "" : `${lateReports.length} late reports`,
    ]),
  );
}

export function incidentText(incident: Incident, colours: Colours): string {
  const { id, since, until, detail, why, notice, noticeBy, lateReports } = incident;
  const noticeText = `${notice}, by ${clockTime(noticeBy, true)}`;
  return [
    `${colours.bold(shown(id))}\n`,
    table([
      ["  since", clockTime(since, true)],
      ["  until", until === null ? colours.yellow("goes on") : clockTime(until, true)],
      ["  cause", shown(detail)],
      ["  registered because", shown(why)],
      ["  notice to customs", notice === "overdue" ? colours.red(noticeText) : noticeText],
      ["  late reports", lateReports.map(({ passage }) => shown(passage)).join(", ") || "none"],
    ]),
  ].join("");
}

/**
 * The notice to the customs branch with the fields that the law names: place and code, unit, content, date and time, who
 * confirms (Circular 39/2018, article 52đ.3; the incident register is form 35). What the lane does not know is left
 * blank for a pen.
 */
export function noticeText(incident: Incident, place: IncidentPlace, confirmedBy: string | undefined): string {
  const { id, since, until, detail, lateReports } = incident;
  const late = lateReports.map(({ passage }) => shown(passage)).join(", ");
  return [
    "THÔNG BÁO SỰ CỐ TRAO ĐỔI DỮ LIỆU ĐIỆN TỬ",
    "(nội dung đồng thời ghi vào sổ theo dõi sự cố, mẫu số 35)",
    "",
    `Kính gửi: ${shown(place.unit ?? BLANK)}`,
    "",
    `1. Tên địa điểm: ${shown(place.siteName ?? place.site)}; mã địa điểm: ${shown(place.siteCode ?? BLANK)}; làn: ${shown(place.lane)}`,
    `2. Số sự cố: ${shown(id)}`,
    `3. Nội dung: mất kết nối trao đổi dữ liệu điện tử với hệ thống của cơ quan hải quan (${shown(detail)})`,
    `4. Thời điểm xảy ra: ${vietnamTime(since)}`,
    `5. Thời điểm khắc phục: ${until === null ? "chưa khắc phục" : vietnamTime(until)}`,
    "6. Xử lý tạm thời: chỉ cho qua theo danh sách đủ điều kiện đã nhận trước sự cố hoặc do cơ quan hải quan cung cấp;",
    "   dữ liệu hàng qua khu vực giám sát được cập nhật ngay khi hệ thống hoạt động trở lại",
    `7. Lượt xe báo cáo chậm do sự cố: ${late || "không có"}`,
    "",
    `Người xác nhận: ${shown(confirmedBy ?? BLANK)}`,
    `Ngày giờ xác nhận: ${BLANK}`,
    "",
  ].join("\n");
}
