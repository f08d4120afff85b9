import Type from "typebox";

/** Options of every id reader, whatever its wire. */
export const ID_READER_OPTIONS = {
  kind: Type.Union([Type.Literal("tag"), Type.Literal("code")], {
    default: "tag",
    description: "What the reader reads: tag, an RFID tag or e-plate as hexadecimal EPC; code, a QR code as text",
  }),
  epcDigits: Type.Integer({
    minimum: 8,
    maximum: 124,
    multipleOf: 4,
    default: 24,
    description: "Hexadecimal digits of the tags in use, 24 for EPC-96; tags of another length are strangers",
  }),
};
