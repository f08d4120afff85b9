import Type from "typebox";

const HOST = "(?:\\[[0-9a-fA-F:.]{2,45}\\]|[A-Za-z0-9._-]{1,253})";
const PORT = "(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";

/** Options of every driver whose device hangs on a serial line. */
export const LINE_OPTIONS = {
  line: Type.String({
    pattern: `^(?:tcp://${HOST}:${PORT}|/[!-~]{1,250})$`,
    description: "Serial port, for instance /dev/ttyS0, or tcp://host:port of a serial device server",
  }),
  baudRate: Type.Unsafe<number>({
    type: "integer",
    enum: [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200],
    default: 9600,
    description: "Bits a second of the serial port; a device server has its own setting",
  }),
  dataBits: Type.Union([Type.Literal(7), Type.Literal(8)], { default: 8, description: "Data bits of a character" }),
  parity: Type.Union([Type.Literal("none"), Type.Literal("even"), Type.Literal("odd")], {
    default: "none",
    description: "Parity of a character",
  }),
  stopBits: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1, description: "Stop bits of a character" }),
};

/** How a serial line is reached. */
export interface LineSettings {
  /** Path of a serial port, or `tcp://host:port`. */
  readonly line: string;
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}
