export const LANGUAGES = ["en", "vi", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];
/** One sentence in every language of the lane. */
export type Text = Readonly<Record<Language, string>>;

/** Reason codes of decisions, with what an operator is told. English, Vietnamese, Chinese. */
export const REASONS = {
  CLEARED: { en: "Cleared to pass", vi: "Đủ điều kiện qua khu vực giám sát", zh: "准予通行" },
  LANE_FAULT: { en: "The lane is not fit to decide", vi: "Làn chưa đủ điều kiện vận hành", zh: "通道状态异常" },
  SUSPENDED: {
    en: "Passage is suspended by customs",
    vi: "Có thông báo tạm dừng đưa hàng qua khu vực giám sát",
    zh: "海关已暂停放行",
  },
  WATCH: { en: "Wait for an officer", vi: "Chờ cán bộ kiểm tra", zh: "请等待关员处理" },
  DUPLICATE: {
    en: "This clearance was already used",
    vi: "Tờ khai đã được sử dụng để qua khu vực giám sát",
    zh: "该放行信息已被使用",
  },
  NO_CLEARANCE: {
    en: "No clearance was found",
    vi: "Không tìm thấy thông tin đủ điều kiện qua khu vực giám sát",
    zh: "未找到放行信息",
  },
  NOT_CLEARED: { en: "Customs has not cleared the goods yet", vi: "Hàng hóa chưa được thông quan", zh: "货物尚未放行" },
  AUTHORITY: {
    en: "A required authority has not released the goods",
    vi: "Còn cơ quan chưa xác nhận cho qua",
    zh: "有关部门尚未放行",
  },
  EXPIRED: { en: "The clearance has expired", vi: "Thông tin cho phép đã hết hạn", zh: "放行信息已过期" },
  NOT_YET_VALID: {
    en: "The clearance is not valid yet",
    vi: "Chưa đến thời gian được phép qua",
    zh: "放行信息尚未生效",
  },
  WRONG_LANE: {
    en: "This clearance is for another lane or direction",
    vi: "Sai làn hoặc sai chiều",
    zh: "通道或方向不符",
  },
  CLOCK: { en: "The clock of the lane is not sure", vi: "Đồng hồ của làn chưa tin cậy", zh: "通道时钟不可信" },
  SLOT: { en: "Outside the booked time slot", vi: "Ngoài khung giờ đã đăng ký", zh: "不在预约时段" },
  DOCUMENTS: { en: "Documents are to be checked", vi: "Cần kiểm tra hồ sơ", zh: "需审核单证" },
  INSPECTION: {
    en: "Drive to the inspection site",
    vi: "Chuyển sang địa điểm kiểm tra thực tế hàng hóa",
    zh: "请前往查验场地",
  },
  DECLARATIONS: {
    en: "Another declaration of this load is not cleared",
    vi: "Lô hàng còn tờ khai chưa đủ điều kiện",
    zh: "同箱其他报关单尚未放行",
  },
  SCAN: { en: "Drive to the scanner", vi: "Chuyển sang khu vực soi chiếu", zh: "请前往查验机检" },
  NO_CONTAINER: { en: "The container number could not be read", vi: "Không đọc được số container", zh: "未能识别箱号" },
  CONTAINER_MISMATCH: {
    en: "The container is not the one in the clearance",
    vi: "Số container không khớp",
    zh: "箱号不符",
  },
  SECOND_CONTAINER: {
    en: "Not both containers could be read",
    vi: "Chưa đọc đủ số của hai container",
    zh: "未能识别两个箱号",
  },
  CONFLICT: {
    en: "The readings contradict each other",
    vi: "Các kết quả nhận dạng mâu thuẫn nhau",
    zh: "识别结果互相矛盾",
  },
  SEAL_BROKEN: { en: "A seal is broken", vi: "Niêm phong bị phá hoặc báo động", zh: "封志破损或报警" },
  SEAL_MISMATCH: { en: "The seal is not the one named", vi: "Số niêm phong không khớp", zh: "封志号不符" },
  SEAL_UNREAD: { en: "A seal could not be read", vi: "Không đọc được niêm phong", zh: "未能识别封志" },
  SEAL_DATA: {
    en: "The clearance names no seal",
    vi: "Thông tin cho phép không có số niêm phong",
    zh: "放行信息缺少封志号",
  },
  TAG_UNREAD: {
    en: "A required transponder or code could not be read",
    vi: "Không đọc được thẻ hoặc mã bắt buộc",
    zh: "未能识别必需的电子标签或二维码",
  },
  OVERWEIGHT: {
    en: "The vehicle is above the legal weight",
    vi: "Xe vượt tải trọng cho phép",
    zh: "车辆超过法定总重",
  },
  OFFICER_DECIDES: { en: "An officer decides", vi: "Cán bộ quyết định", zh: "由关员决定" },
  OFFICER_PASSED: { en: "Cleared to pass by an officer", vi: "Cán bộ cho phép qua", zh: "关员准予通行" },
  OFFICER_REFUSED: {
    en: "Refused by an officer: leave the lane backwards",
    vi: "Cán bộ từ chối, đề nghị lùi xe ra khỏi làn",
    zh: "关员拒绝放行，请倒车离开",
  },
  NO_PLATE: { en: "The plate could not be read", vi: "Không đọc được biển số", zh: "未能识别车牌" },
  PLATE_MISMATCH: { en: "The plate is not the one in the clearance", vi: "Biển số không khớp", zh: "车牌不符" },
  SWAPPED: {
    en: "Plate and container belong to different clearances",
    vi: "Biển số và container thuộc hai tờ khai khác nhau",
    zh: "车牌与箱号分属不同报关单",
  },
  TRAILER_UNREAD: {
    en: "The plate of the trailer could not be read",
    vi: "Không đọc được biển số rơ moóc",
    zh: "未能识别挂车车牌",
  },
  TRAILER_MISMATCH: { en: "The trailer is not the one in the clearance", vi: "Rơ moóc không khớp", zh: "挂车不符" },
  NO_WEIGHT: { en: "The vehicle could not be weighed", vi: "Không cân được xe", zh: "未能称重" },
  WEIGHT: {
    en: "The weight differs from the declaration",
    vi: "Trọng lượng không khớp khai báo",
    zh: "重量与申报不符",
  },
  LOW_CONFIDENCE: {
    en: "The vehicle could not be identified with certainty",
    vi: "Chưa đủ độ tin cậy để nhận dạng phương tiện",
    zh: "车辆身份识别可信度不足",
  },
  CACHE_TOO_OLD: { en: "The clearance list is too old", vi: "Dữ liệu thông quan đã quá cũ", zh: "放行数据已过期" },
  BOOM_FAULT: { en: "The boom did not move as asked", vi: "Barie không hoạt động như lệnh", zh: "栏杆动作异常" },
  NOT_CROSSED: { en: "The vehicle did not drive on", vi: "Xe không di chuyển qua barie", zh: "车辆未通过栏杆" },
  POSITION: {
    en: "The vehicle does not stand right on the weighbridge",
    vi: "Xe chưa đứng đúng vị trí trên cân",
    zh: "车辆未正确停在地磅上",
  },
} as const satisfies Record<string, Text>;

export type ReasonCode = keyof typeof REASONS;
