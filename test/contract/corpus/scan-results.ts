const TICKS_OF_1970 = 116_444_736_000_000_000n;

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const text = (value: string | Buffer) => Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]);
const time = (utc: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(utc) * 10_000n + TICKS_OF_1970);
  return bytes;
};

/** A scan result as an RFID reader sends it (OPC 30010, 9.3.12), with these bytes in place of its union and time. */
export function scanResult(content: Buffer, utc = Buffer.alloc(8), codeType = text("EPC")): Buffer {
  // No optional field before it, no sightings behind it.
  return Buffer.concat([int32(0), codeType, content, utc, int32(0)]);
}

/** @param epc hexadecimal digits. @param utc when it was scanned, milliseconds since 1970. */
export const epcResult = (epc: string, utc: number): Buffer =>
  scanResult(
    Buffer.concat([int32(3), Buffer.of(0, 0x30), text(Buffer.from(epc, "hex")), Buffer.of(0, 0, 0, 0)]),
    time(utc),
  );

/** A printed code, as text or as bytes. */
export const codeResult = (content: string | Buffer, utc: number): Buffer =>
  scanResult(Buffer.concat([int32(typeof content === "string" ? 2 : 1), text(content)]), time(utc), text("QR"));

/** Bytes that are no scan result, by name. */
export function hostileScanResults(): readonly (readonly [name: string, body: Buffer])[] {
  const utc = 1_777_622_400_000;
  const good = epcResult("30340bd6f4000000000000a1", utc);
  const code = codeResult("https://qr.example/?t=1", utc);
  const cut = (name: string, body: Buffer, needed: number) =>
    Array.from(
      { length: needed },
      (_, length) => [`${name} cut to ${length} bytes`, body.subarray(0, length)] as const,
    );
  const lengths = [-2, -3, -2_147_483_648, 1025, 65_536, 0x7fff_ffff, 0x4152_4e47];
  const kinds = [0, 4, 5, 6, 255, 65_536, -1, 0x7fff_ffff];
  return [
    // Four bytes of sightings stand behind what is read.
    ...cut("a tag", good, good.length - 4),
    ...cut("a code", code, code.length - 4),
    ...lengths.map(
      (length) => [`a code type of ${length} bytes`, scanResult(int32(0), time(utc), int32(length))] as const,
    ),
    ...[1, 2].flatMap((member) =>
      lengths.map((length) => {
        const content = Buffer.concat([int32(member), int32(length), Buffer.alloc(64, 0x30)]);
        return [`content ${member} of ${length} bytes`, scanResult(content, time(utc))] as const;
      }),
    ),
    ...lengths.map((length) => {
      const content = Buffer.concat([int32(3), Buffer.of(0, 0x30), int32(length), Buffer.alloc(64)]);
      return [`an EPC of ${length} bytes`, scanResult(content, time(utc))] as const;
    }),
    ...kinds.map((member) => [`content of kind ${member}`, scanResult(int32(member), time(utc))] as const),
    ...[1, 2].map((member) => {
      const content = Buffer.concat([int32(member), int32(-1)]);
      return [`content ${member} that is null`, scanResult(content, time(utc))] as const;
    }),
    ...["c328", "fffe", "eda080", "f8888080", "c0af"].map((hex) => {
      const content = Buffer.concat([int32(2), text(Buffer.from(hex, "hex"))]);
      return [`text of the bytes ${hex}`, scanResult(content, time(utc))] as const;
    }),
    ["a megabyte of zeros without a code type", Buffer.concat([int32(0), Buffer.alloc(1_000_000, 0x7f)])],
  ];
}
