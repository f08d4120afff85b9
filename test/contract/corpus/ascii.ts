/** Frames of 16 characters, `ST,GS,+0032480kg`, as they may arrive, and the weight that each is: none for most of them. */
export interface AsciiCase {
  readonly name: string;
  /** Without the CR and LF that end it. */
  readonly frame: string;
  readonly kg: number | undefined;
}

const GOOD = "ST,GS,+0032480kg";
const weight = (text: string) => `ST,GS,${text}kg`;

export function asciiCases(): AsciiCase[] {
  return [...numbers(), ...marks(), ...lengths(), ...damaged(), ...alien()];
}

function numbers(): AsciiCase[] {
  const good: readonly [string, number][] = [
    ["+0032480", 32_480],
    ["-0000140", -140],
    ["+0000000", 0],
    ["-0000000", 0],
    ["+  32480", 32_480],
    ["-    140", -140],
    ["   32480", 32_480],
    ["  -  140", -140],
    ["+9999999", 9_999_999],
  ];
  const bad = [
    [
      "1,234.5 ",
      "1.234,5 ",
      "+1,234.5",
      "+32480.0",
      "+32.4800",
      "        ",
      "+       ",
      "-       ",
      "OL      ",
      "   OL   ",
    ],
    [
      "+  OL   ",
      "12E5    ",
      "+0012E05",
      "+0x00020",
      "+0b00101",
      "+00FF00 ",
      "Infinity",
      "+    NaN",
      "    null",
      "    true",
    ],
    ["++032480", "+-032480", "--032480", "+0032480".slice(1).padEnd(8), "0032480+", "+00 2480", "+0032 80", "+003248O"],
    ["+l032480", "+00324B0", "+0032480".replace("0", "０").slice(0, 8), "+.032480", "+032480.", "_+032480", "+0032_80"],
    [
      "------- ",
      "________",
      "********",
      "########",
      "+///////",
      "+:::::::",
      "Err 1   ",
      "  -Lo-  ",
      "  -Hi-  ",
      "  tArE  ",
    ],
    [
      "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
      "+003248\u0000",
      "+003248\u0007",
      "+003248\u001b",
      "\t0032480",
      "+0032480".replace("3", "\u00b3"),
    ],
  ].flat();
  return [
    ...good.map(([text, kg]) => ({ name: `B7 ${text}`, frame: weight(text), kg })),
    ...bad.map((text) => ({ name: `B7 ${JSON.stringify(text)}`, frame: weight(text), kg: undefined })),
  ];
}

function marks(): AsciiCase[] {
  const changed = (name: string, frame: string): AsciiCase => ({ name, frame, kg: undefined });
  return [
    ...["OL", "XX", "st", "sT", "  ", "S ", "HD", "QT"].map((state) =>
      changed(`B8 state ${state}`, GOOD.replace("ST", state)),
    ),
    ...["NT", "TR", "gs", "  ", "G ", "GG"].map((kind) => changed(`B8 kind ${kind}`, GOOD.replace("GS", kind))),
    ...["lb", "KG", "Kg", "g ", " g", "t ", "oz", "  ", "kN", "k\u00e6"].map((unit) =>
      changed(`B8 unit ${unit}`, GOOD.replace("kg", unit)),
    ),
    ...[" ", ";", ".", "\u0000", "0"].flatMap((comma) => [
      changed(`first comma ${JSON.stringify(comma)}`, `ST${comma}GS,+0032480kg`),
      changed(`second comma ${JSON.stringify(comma)}`, `ST,GS${comma}+0032480kg`),
    ]),
  ];
}

function lengths(): AsciiCase[] {
  const cases: AsciiCase[] = [];
  for (let length = 0; length < GOOD.length; length += 1) {
    cases.push({ name: `the first ${length} characters`, frame: GOOD.slice(0, length), kg: undefined });
    cases.push({ name: `the last ${length} characters`, frame: GOOD.slice(GOOD.length - length), kg: undefined });
    const torn = GOOD.slice(length) + GOOD.slice(0, length);
    cases.push({ name: `two frames joined at ${length}`, frame: torn, kg: length === 0 ? 32_480 : undefined });
  }
  for (const extra of [1, 2, 15, 16, 104, 105, 1000, 100_000]) {
    cases.push({ name: `${extra} characters more`, frame: GOOD + "0".repeat(extra), kg: undefined });
  }
  cases.push({ name: "B7 31 characters", frame: (GOOD + GOOD).slice(0, 31), kg: undefined });
  return cases;
}

/** One bit of one character: a wrong parity setting, noise, a break. Some bits make another good frame, as they do. */
function damaged(): AsciiCase[] {
  const cases: AsciiCase[] = [];
  for (let at = 0; at < GOOD.length; at += 1) {
    for (const bit of [0, 3, 6, 7]) {
      const code = GOOD.charCodeAt(at) ^ (1 << bit);
      const frame = GOOD.slice(0, at) + String.fromCharCode(code) + GOOD.slice(at + 1);
      const digit = at > 6 && at < 14 && code >= 0x30 && code <= 0x39;
      const kg = digit ? Number(frame.slice(7, 14)) : undefined;
      // A break in the sign leaves a blank, or a character that no format has; none of these bits turns + into -.
      cases.push({ name: `B40 bit ${bit} of character ${at} flipped`, frame, kg });
    }
  }
  return cases;
}

function alien(): AsciiCase[] {
  return [
    "HTTP/1.1 400 Bad Request",
    "GET / HTTP/1.1",
    "\u0002ST,GS,+0032480kg\u0003",
    '{"grossKg":32480}',
    "\u00ff".repeat(16),
    "\u0000".repeat(16),
    "\u007f".repeat(16),
    "VN-0012345;SEALED",
    "=cmd()|calc!A0kg",
    "\u001b[2J\u001b[H32480kg",
  ].map((frame) => ({ name: `alien ${JSON.stringify(frame.slice(0, 20))}`, frame, kg: undefined }));
}
