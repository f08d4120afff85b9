import Type, { type Static } from "typebox";
import { CONDUCT } from "./conduct-policy.ts";

const ms = (description: string, minimum: number, maximum: number) => Type.Integer({ minimum, maximum, description });
const kg = (description: string, maximum: number) => Type.Integer({ minimum: 0, maximum, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const rate = (what: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 1, description: `${what} passes the check digit all the same` });
const closed = { additionalProperties: false };
const outcome = (description: string) =>
  Type.Union([Type.Literal("AUTO_OPEN"), Type.Literal("PROPOSE_TO_OFFICER")], { description });

/**
 * Thresholds, switches and time limits of one lane. Logic is code; every number that a regulation or a site may change
 * stands here (domain guide, "biggest caveats"). Defaults and their sources: domain guide, sections 3, 5.1 and 6.
 */
export const PolicySchema = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ minLength: 1, maxLength: 64, description: "Name shown in decisions" }),
    identity: Type.Object(
      {
        minReadConfidence: share("A read below this is kept but never used"),
        minFusedConfidence: share("An identity below this does not count as known by itself"),
        minAgreeingConfidence: share("Enough for an identity when the other one points to the same clearance"),
        minRepairShare: Type.Optional(
          share(
            "A value one likely misreading away from what was read is taken only when the reads themselves leave it this share of the vote at that place; absent: 0.35",
          ),
        ),
        lookalikeWitness: Type.Optional(
          Type.Boolean({
            description:
              "A plate that could be mistaken for another plausible one passes only when a second device reads the vehicle; absent: false",
          }),
        ),
        framesPerCamera: Type.Integer({
          minimum: 1,
          maximum: 20,
          description: "Pictures a camera may take of one vehicle",
        }),
        recaptureMs: ms("Wait between two pictures of the same camera", 0, 60_000),
        limitMs: ms("Time for identification after the vehicle stands on the weighbridge", 100, 300_000),
      },
      closed,
    ),
    weight: Type.Object(
      {
        divisionKg: kg("Scale division d of the indicator", 1000),
        toleranceKg: kg("Allowed difference between net and declared gross, absolute", 50_000),
        toleranceShare: share("Allowed difference as a share of the declared gross; the larger of the two counts"),
        emptyToleranceKg: kg("Allowed excess over the registered tare of an empty vehicle", 50_000),
        stableWindowMs: ms("Time over which samples must agree", 50, 60_000),
        stableSamples: Type.Integer({ minimum: 3, maximum: 1000, description: "Samples needed in the window" }),
        stableSpreadDivisions: Type.Number({
          minimum: 0,
          maximum: 100,
          description: "Largest spread in the window, in d",
        }),
        zeroBandDivisions: Type.Number({
          minimum: 0,
          maximum: 100,
          description: "Zero must be seen within this band, in d",
        }),
        emptyBelowDivisions: Type.Number({
          minimum: 1,
          maximum: 1000,
          description: "Below this the deck counts as empty, in d",
        }),
        attempts: Type.Integer({ minimum: 1, maximum: 10, description: "Weighings before the vehicle is held" }),
        legalGrossKg: kg("Legal gross weight on the road; above it the passage is flagged", 200_000),
        aboveLegal: Type.Union([Type.Literal("REPORT"), Type.Literal("HOLD")], {
          description: "What a vehicle above the legal gross weight leads to",
        }),
      },
      closed,
    ),
    clearance: Type.Object(
      {
        requiredAuthorities: Type.Array(
          Type.Union([
            Type.Literal("customs"),
            Type.Literal("border_guard"),
            Type.Literal("quarantine"),
            Type.Literal("gate_board"),
          ]),
          { maxItems: 4, uniqueItems: true },
        ),
        trailerMustMatch: Type.Boolean({
          description: "The trailer plate must be read and be the one in the record, where the record names one",
        }),
        trailerMayBeUnread: Type.Optional(
          Type.Boolean({
            description:
              "With trailerMustMatch: a trailer whose plate nobody could read does not hold the vehicle, another one does; absent: false",
          }),
        ),
        sealMustBeRead: Type.Boolean({ description: "Every container with goods needs a seal that was read" }),
        requiredIdentities: Type.Array(Type.Union([Type.Literal("tag"), Type.Literal("qr")]), {
          maxItems: 2,
          uniqueItems: true,
          description: "Identities beside plate and container that must be read and agree",
        }),
      },
      closed,
    ),
    outcomes: Type.Object(
      {
        exact: outcome("Container and plate as in the record"),
        plateRepaired: outcome("Container exact, plate one likely misreading away from the record"),
        plateByTag: outcome("Container exact, the vehicle known by its transponder only"),
        plateByCode: Type.Optional(
          outcome(
            "Container exact, the vehicle known by a QR code only, which whoever has the papers has; absent: PROPOSE_TO_OFFICER",
          ),
        ),
        containerRepaired: outcome("Container one likely misreading away, the vehicle exact"),
        withoutContainer: outcome("A vehicle without container, by plate and transponder or QR code"),
        unmanned: outcome("An unmanned vehicle, by its certificate, its transponder and the container"),
        emptyReturn: outcome("An empty vehicle on its way back"),
        withoutWeight: outcome(
          "Green channel while the weighbridge cannot be read; other channels never open by themselves",
        ),
        offlineFresh: outcome("Offline with a fresh clearance list"),
        offlineStale: outcome(
          "With a clearance list that operations have not confirmed for longer than offline.freshMs, over a line that stands or none",
        ),
      },
      closed,
    ),
    offline: Type.Object(
      {
        freshMs: ms(
          "Since operations signed something last: up to this age an offline lane decides as if it were online; over a line that stands never less than 30 s",
          0,
          604_800_000,
        ),
        limitMs: ms(
          "Since operations signed something last: beyond this nothing passes without an officer, whatever the line says",
          0,
          604_800_000,
        ),
      },
      closed,
    ),
    timers: Type.Object(
      {
        arrivalDebounceMs: ms("The arrival loop must be on this long", 0, 10_000),
        positionMs: ms("Time to drive on to the weighbridge", 1000, 600_000),
        weighMs: ms("Time for one weighing", 500, 120_000),
        armedMs: ms("Age at which an unused PASS is void", 500, 600_000),
        openingMs: ms("Time for the boom to open", 500, 60_000),
        crossingMs: ms("Time for the vehicle to drive under the boom", 1000, 600_000),
        underClearMs: ms("The zone under the boom must be clear this long before it is lowered", 0, 60_000),
        closingMs: ms("Time for the boom to close", 500, 60_000),
        closeTries: Type.Integer({ minimum: 1, maximum: 10, description: "Attempts to close before a fault" }),
        vacatedMs: ms("The lane must be empty this long before a passage that did not pass is closed", 0, 60_000),
        recoveryClearMs: ms("After a restart the zone under the boom must be clear this long", 3000, 600_000),
      },
      closed,
    ),
    recovery: Type.Object(
      {
        lowerWhenClear: Type.Boolean({
          description:
            "After a restart with the boom open: lower it by itself once it is clear, or wait for an officer",
        }),
      },
      closed,
    ),
    interlock: Type.Object(
      {
        commandAgeMs: ms("A command older than this is not sent", 100, 10_000),
        imageAgeMs: ms("Inputs older than this count as unknown", 100, 10_000),
      },
      closed,
    ),
    confusion: Type.Optional(
      Type.Object(
        {
          version: Type.Literal(1),
          classes: Type.Array(Type.String({ minLength: 2, maxLength: 16 }), { maxItems: 64 }),
          shareInClass: share("Share of all misreadings that stay within a class"),
          alphabetSize: Type.Integer({
            minimum: 1,
            maximum: 10_000,
            description: "Characters a misreading can end in",
          }),
          containerPassRate: Type.Object({ letter: rate("One wrong letter"), digit: rate("One wrong digit") }, closed),
        },
        { ...closed, description: "How recognition errs at this site; absent: the table that is built in" },
      ),
    ),
    ...CONDUCT,
    reportDueMs: ms(
      "Time for the passed report to customs (Circular 39/2018, article 52a.5.c.3.2)",
      60_000,
      86_400_000,
    ),
  },
  closed,
);

export type Outcome = "AUTO_OPEN" | "PROPOSE_TO_OFFICER";
export type LanePolicy = Static<typeof PolicySchema>;

/** Of the vote at the place of a misreading, the share that a repair needs when the policy names none. */
const REPAIR_SHARE = 0.35;

/** Domain guide, section 6: "K p W S" passes. The share keeps a sister plate, read alike in every picture, from it. */
export function minRepairShare({ identity }: LanePolicy): number {
  return identity.minRepairShare ?? REPAIR_SHARE;
}
