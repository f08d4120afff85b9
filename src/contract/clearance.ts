import Type, { type Static } from "typebox";

/** One clearance as central operations publish it. Fields and sources: domain guide, section 7.1. */

const text = (maxLength = 64) => Type.String({ minLength: 1, maxLength });
const utc = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });
const kilograms = () => Type.Integer({ minimum: 0, maximum: 200_000 });

const seals = () => Type.Array(Type.String({ maxLength: 35 }), { maxItems: 8 });
const declaration = () => Type.String({ pattern: "^[0-9]{12}$" });

export const ContainerClearanceSchema = Type.Object(
  {
    number: Type.String({ pattern: "^[A-Z]{3}[UJZ][0-9]{7}$" }),
    sizeType: Type.Optional(text(8)),
    empty: Type.Boolean(),
    tareKg: kilograms(),
    /** Gross of the container with its goods, as declared. */
    declaredGrossKg: kilograms(),
    /** As the list writes them; `#####`, `NA` and blanks name none. */
    carrierSeals: Type.Optional(seals()),
    customsSeals: Type.Optional(seals()),
    electronicSeal: Type.Optional(Type.String({ maxLength: 35 })),
    /** On the list of containers to be scanned (form 03); passes on the result OK only. */
    scanRequired: Type.Optional(Type.Boolean()),
    scanResult: Type.Optional(Type.Union([Type.Literal("OK"), Type.Literal("SUSPECT")])),
  },
  { additionalProperties: false },
);

export const AUTHORITIES = ["customs", "border_guard", "quarantine", "gate_board"] as const;
export type Authority = (typeof AUTHORITIES)[number];

export const HoldSchema = Type.Object(
  {
    kind: Type.Union([
      Type.Literal("SUSPENDED"),
      Type.Literal("WATCH"),
      Type.Literal("DOCUMENTS"),
      Type.Literal("SCAN"),
    ]),
    since: utc(),
    by: text(),
    reference: Type.Optional(text()),
  },
  { additionalProperties: false },
);

export const ClearanceSchema = Type.Object(
  {
    id: text(),
    /** The last version wins; versions only grow. */
    version: Type.Integer({ minimum: 1 }),
    issuedAt: utc(),
    source: text(),
    declarationNo: declaration(),
    /** Other declarations whose goods are in the same container; all must be eligible (Circular 39/2018, article 52a). */
    siblings: Type.Optional(Type.Array(declaration(), { maxItems: 32 })),
    direction: Type.Union([Type.Literal("EXPORT"), Type.Literal("IMPORT"), Type.Literal("TRANSIT")]),
    moveType: Type.Union([
      Type.Literal("BORDER_CROSS"),
      Type.Literal("OUT_OF_AREA"),
      Type.Literal("TO_YARD"),
      Type.Literal("TO_SCAN"),
      Type.Literal("EMPTY_RETURN"),
    ]),
    status: Type.Union([
      Type.Literal("CLEARED"),
      Type.Literal("RELEASED"),
      Type.Literal("TRANSPORT_APPROVED"),
      Type.Literal("PENDING"),
      Type.Literal("REVOKED"),
    ]),
    /** 1 green, 2 yellow, 3 red (Circular 81/2019, article 22). */
    channel: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]),
    validFrom: utc(),
    validTo: utc(),
    /** The booked time, for which an unmanned vehicle must have announced itself (Decree 169/2026, article 13.2.k). */
    slot: Type.Optional(Type.Object({ from: utc(), to: utc() }, { additionalProperties: false })),
    /** Lanes that may be used; absent means every lane of the site. */
    lanes: Type.Optional(Type.Array(text(), { minItems: 1, maxItems: 32 })),
    containers: Type.Array(ContainerClearanceSchema, { maxItems: 2 }),
    /** Goods without a container (form 30): how much may pass, and how much of it has passed by the list. */
    bulk: Type.Optional(
      Type.Object(
        {
          declaredKg: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
          passedKg: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
        },
        { additionalProperties: false },
      ),
    ),
    vehicle: Type.Object(
      {
        kind: Type.Optional(Type.Union([Type.Literal("TRUCK"), Type.Literal("BOBTAIL"), Type.Literal("IGV")])),
        tractorPlate: text(16),
        /** The text of the electronic plate or transponder, where it is not the plate itself. */
        electronicPlate: Type.Optional(text(40)),
        /** Serial number of an unmanned vehicle, as its certificate gives it. */
        serial: Type.Optional(text(40)),
        trailerPlate: Type.Optional(text(16)),
        /** Tractor and trailer without container. */
        tareKg: kilograms(),
      },
      { additionalProperties: false },
    ),
    /** Authorities that have released the goods. Absent key: not released. */
    authorities: Type.Object(
      {
        customs: Type.Optional(Type.Boolean()),
        border_guard: Type.Optional(Type.Boolean()),
        quarantine: Type.Optional(Type.Boolean()),
        gate_board: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    holds: Type.Array(HoldSchema, { maxItems: 16 }),
  },
  { additionalProperties: false },
);

export type ContainerClearance = Static<typeof ContainerClearanceSchema>;
export type Hold = Static<typeof HoldSchema>;
export type Clearance = Static<typeof ClearanceSchema>;

/** `reserved`: a PASS was given and the vehicle has not crossed yet. */
export type Consumption = "none" | "reserved" | "consumed";

/** A clearance as the lane holds it. */
export interface CachedClearance {
  readonly clearance: Clearance;
  readonly consumption: Consumption;
  /** The passage that reserved or consumed it. */
  readonly passage?: string;
}
