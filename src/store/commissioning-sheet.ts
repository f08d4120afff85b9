import { Ajv } from "ajv";
import Type, { type Static } from "typebox";
import { messageOf } from "#contract/errors";
import { canonicalJson } from "./hash.ts";
import { isSignedBy, type LaneKey, type LanePublicKey, parsePublicKey } from "./lane-key.ts";

const closed = { additionalProperties: false };
const text = (maxLength: number) => Type.String({ maxLength });
const time = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$" });

/** One step of the procedure and what came of it. */
export const SheetStepSchema = Type.Object(
  {
    id: text(64),
    title: text(200),
    outcome: Type.Enum(["passed", "failed", "skipped"]),
    measured: text(1000),
    expected: text(500),
    at: time,
  },
  closed,
);
export type SheetStep = Static<typeof SheetStepSchema>;

/** What the technician brings: what was done, by whom, and what came of it. */
export const SheetReportSchema = Type.Object(
  {
    technician: Type.String({ minLength: 1, maxLength: 80, description: "Who stood before the device" }),
    answeredBy: Type.Enum(["person", "script", "yes"], {
      description: "A person, a script with answers, or a machine that says yes to everything",
    }),
    startedAt: time,
    endedAt: time,
    result: Type.Enum(["passed", "failed", "incomplete"]),
    steps: Type.Array(SheetStepSchema, { minItems: 1, maxItems: 200 }),
    pictures: Type.Array(
      Type.Object({ file: text(1024), sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) }, closed),
      { maxItems: 20 },
    ),
  },
  closed,
);
export type SheetReport = Static<typeof SheetReportSchema>;

/** A commissioning sheet: the report, what the lane itself knows of the device, and the lane's signature under both. */
export const CommissioningSheetSchema = Type.Object(
  {
    format: Type.Literal("gatelane.commissioning/1"),
    site: text(64),
    lane: text(64),
    boot: text(64),
    software: text(64),
    configHash: text(64),
    device: Type.Object({
      id: text(64),
      class: text(64),
      driver: text(64),
      options: Type.Record(Type.String(), Type.Unknown()),
    }),
    report: SheetReportSchema,
    signedAt: time,
    publicKeyPem: text(1024),
    kid: Type.String({ pattern: "^[0-9a-f]{16}$" }),
    /** Ed25519 over the canonical JSON of every other field, base64url. */
    signature: Type.String({ pattern: "^[A-Za-z0-9_-]{86}$" }),
  },
  closed,
);
export type CommissioningSheet = Static<typeof CommissioningSheetSchema>;

/** Signs a sheet with the key of the lane. */
export function signSheet(
  sheet: Omit<CommissioningSheet, "publicKeyPem" | "kid" | "signature">,
  key: LaneKey,
): CommissioningSheet {
  const signed = { ...sheet, publicKeyPem: key.publicKeyPem, kid: key.kid };
  return { ...signed, signature: key.sign(canonicalJson(signed)) };
}

export interface SheetVerdict {
  readonly ok: boolean;
  /** Why not, one sentence each. */
  readonly problems: readonly string[];
  /** Null when it is no sheet at all. */
  readonly sheet: CommissioningSheet | null;
}

const ajv = new Ajv({ strict: true, allErrors: false });
const isSheet = ajv.compile<CommissioningSheet>(CommissioningSheetSchema);

/** Checks a sheet with nothing but its own bytes, and that it is of the lane with this key when one is given. */
export function checkSheet(content: string, expected?: LanePublicKey): SheetVerdict {
  let sheet: unknown;
  try {
    sheet = JSON.parse(content);
  } catch (error) {
    return { ok: false, problems: [`it is not JSON: ${messageOf(error)}`], sheet: null };
  }
  if (!isSheet(sheet)) {
    return { ok: false, problems: [`it is not a commissioning sheet: ${ajv.errorsText(isSheet.errors)}`], sheet: null };
  }
  const problems = signatureProblems(sheet, expected);
  return { ok: problems.length === 0, problems, sheet };
}

function signatureProblems(sheet: CommissioningSheet, expected: LanePublicKey | undefined): string[] {
  const { signature, ...statement } = sheet;
  try {
    const key = parsePublicKey(sheet.publicKeyPem);
    if (key.kid !== sheet.kid) return ["its key does not have the name that it gives"];
    if (!isSignedBy(key, canonicalJson(statement), signature))
      return ["something in it was changed after it was signed"];
    if (expected !== undefined && expected.kid !== key.kid) return [`it was signed by ${key.kid}, not ${expected.kid}`];
    return [];
  } catch (error) {
    return [`its key is not usable: ${messageOf(error)}`];
  }
}
