/** Values that an OPC UA server may give where a lane expects one of a certain type. */
export interface OddValue {
  readonly name: string;
  readonly value: unknown;
}

const shared: readonly OddValue[] = [
  { name: "nothing", value: undefined },
  { name: "null", value: null },
  { name: "NaN", value: Number.NaN },
  { name: "infinity", value: Number.POSITIVE_INFINITY },
  { name: "minus infinity", value: Number.NEGATIVE_INFINITY },
  { name: "an empty text", value: "" },
  { name: "a text of digits", value: "32480" },
  { name: "the text true", value: "true" },
  { name: "the text false", value: "false" },
  { name: "an empty object", value: {} },
  { name: "a value inside an object", value: { value: true } },
  { name: "an empty list", value: [] },
  { name: "a list of one truth", value: [true] },
  { name: "a list of one number", value: [1] },
  { name: "the halves of a 64-bit number", value: [0, 32_480] },
  { name: "a date", value: new Date(0) },
  { name: "bytes", value: new Uint8Array([1]) },
  { name: "a big integer", value: 1n },
];

/** Where a Boolean belongs. */
export const NO_BOOLEAN: readonly OddValue[] = [
  ...shared,
  { name: "one", value: 1 },
  { name: "zero", value: 0 },
  { name: "minus one", value: -1 },
];

/** Where a number belongs. */
export const NO_NUMBER: readonly OddValue[] = [
  ...shared,
  { name: "true", value: true },
  { name: "false", value: false },
];

/** Status codes under which a value is none (OPC 10000-4, 7.39). */
export const NO_QUALITY = [
  "Bad",
  "BadSensorFailure",
  "BadCommunicationError",
  "BadOutOfService",
  "BadNotConnected",
  "BadDeviceFailure",
  "BadWaitingForInitialData",
  "BadNodeIdUnknown",
  "BadUserAccessDenied",
  "Uncertain",
  "UncertainLastUsableValue",
  "UncertainSensorNotAccurate",
  "UncertainSubNormal",
] as const;
