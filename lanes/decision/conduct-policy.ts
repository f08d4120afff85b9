import Type, { type Static } from "typebox";
import { ORDER_ROLES, type OrderRole, type WishName } from "#contract/order";

const closed = { additionalProperties: false };
const ms = (description: string, minimum: number, maximum: number) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }));
const roles = (description: string) =>
  Type.Array(Type.Enum([...ORDER_ROLES]), { maxItems: ORDER_ROLES.length, uniqueItems: true, description });
const right = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        roles: roles("Who may ask for it"),
        secondPerson: Type.Boolean({ description: "A second, different person of these roles has to agree" }),
      },
      { ...closed, description },
    ),
  );

/** What people may ask of the lane, and how long it waits for them. What is absent is as in `OFFICER_DEFAULTS`. */
export const OfficerPolicySchema = Type.Object(
  {
    answerMs: ms("A held vehicle waits this long for an officer", 1000, 3_600_000),
    unanswered: Type.Optional(
      Type.Enum(["DIVERT", "ALARM"], {
        description: "What becomes of a held vehicle that no officer has answered: it is sent to the bay, or an alarm",
      }),
    ),
    divertMs: ms("A vehicle that was sent to the bay must have left after this time", 1000, 3_600_000),
    blockedRoles: Type.Optional(roles("Who may let a vehicle pass whose clearance is suspended, revoked or used")),
    pass: right("Let a held vehicle pass"),
    refuse: right("Send a vehicle back"),
    hold: right("Hold a vehicle"),
    release: right("Judge a vehicle again that was held for an officer"),
    correct: right("Enter what a machine could not read"),
    open: right("Open the boom outside a passage"),
    close: right("Close the boom outside a passage"),
    mode: right("Set the mode of the lane"),
    "clear-fault": right("End the alarms and faults that a person has looked after"),
    "reset-emergency": right("End an emergency; always by two persons"),
    resolve: right("Say what became of a vehicle that nobody saw to the end"),
  },
  { ...closed, description: "What people may ask of the lane" },
);
export type OfficerPolicy = Static<typeof OfficerPolicySchema>;

export interface Right {
  readonly roles: readonly OrderRole[];
  readonly secondPerson: boolean;
}

type Officer = Required<Pick<OfficerPolicy, "answerMs" | "unanswered" | "divertMs" | "blockedRoles">> & {
  readonly [Name in WishName]: Right;
};

const by = (secondPerson: boolean, ...who: readonly OrderRole[]): Right => ({ roles: who, secondPerson });

/** A held vehicle is answered within 60 to 90 s or it costs the lane its throughput (domain guide, sections 5.1 and 8). */
export const OFFICER_DEFAULTS: Officer = {
  answerMs: 90_000,
  unanswered: "ALARM",
  divertMs: 120_000,
  blockedRoles: [],
  pass: by(false, "officer", "supervisor"),
  refuse: by(false, "officer", "supervisor", "operations"),
  hold: by(false, "officer", "supervisor", "operations"),
  release: by(false, "officer", "supervisor"),
  correct: by(false, "officer", "supervisor"),
  open: by(true, "officer", "supervisor", "technician"),
  close: by(true, "officer", "supervisor", "technician"),
  mode: by(false, "supervisor", "technician"),
  "clear-fault": by(false, "supervisor", "technician"),
  "reset-emergency": by(true, "officer", "supervisor", "technician"),
  resolve: by(true, "officer", "supervisor"),
};

/** Limits of what goes wrong in a lane. What is absent is as in `FAULT_DEFAULTS`. */
export const FaultPolicySchema = Type.Object(
  {
    loopStuckMs: ms("A sensor that is on this long with no vehicle to explain it is stuck", 10_000, 86_400_000),
    raiseTries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2, description: "Attempts to raise the boom before the lane closes" }),
    ),
    personMs: ms("The light curtain alone broken this long is a person", 0, 60_000),
    sirenMs: ms("The siren sounds this long", 1000, 600_000),
    gapMs: ms("A gap of this length at the light curtain is one between two vehicles", 0, 60_000),
  },
  { ...closed, description: "When something in the lane counts as a fault" },
);
export const FAULT_DEFAULTS: Required<Static<typeof FaultPolicySchema>> = {
  loopStuckMs: 600_000,
  raiseTries: 2,
  personMs: 500,
  sirenMs: 30_000,
  gapMs: 200,
};

/** Unmanned vehicles: the permission to be in the lane is a lease (domain guide, section 5.4). */
export const VehiclePolicySchema = Type.Object(
  {
    leaseMs: ms("How long a permission to be in the lane lasts", 5000, 600_000),
    renewMs: ms("How often it is renewed while the vehicle is inside", 1000, 300_000),
  },
  { ...closed, description: "Unmanned vehicles" },
);
export const VEHICLE_DEFAULTS: Required<Static<typeof VehiclePolicySchema>> = { leaseMs: 30_000, renewMs: 10_000 };

/** The sections of a policy about how the lane is run, each of which may be absent. */
export const CONDUCT = {
  officer: Type.Optional(OfficerPolicySchema),
  faults: Type.Optional(FaultPolicySchema),
  vehicles: Type.Optional(VehiclePolicySchema),
  sealMs: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 120_000, description: "Time to read the seals after the weighing" }),
  ),
  pipelined: Type.Optional(
    Type.Boolean({ description: "The next vehicle may drive in while the one before it drives out; absent: no" }),
  ),
};

export interface Conduct {
  readonly officer: Officer;
  readonly faults: typeof FAULT_DEFAULTS;
  readonly vehicles: typeof VEHICLE_DEFAULTS;
  readonly sealMs: number;
  readonly pipelined: boolean;
}

type Sections = {
  readonly officer?: OfficerPolicy;
  readonly faults?: Static<typeof FaultPolicySchema>;
  readonly vehicles?: Static<typeof VehiclePolicySchema>;
  readonly sealMs?: number;
  readonly pipelined?: boolean;
};

const known = new WeakMap<object, Conduct>();

/** How the lane is run under a policy, with every default filled in. Worked out once for each policy. */
export function conductOf(policy: Sections): Conduct {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const conduct: Conduct = {
    officer: { ...OFFICER_DEFAULTS, ...(policy.officer as Partial<Officer> | undefined) },
    faults: { ...FAULT_DEFAULTS, ...(policy.faults as Partial<typeof FAULT_DEFAULTS> | undefined) },
    vehicles: { ...VEHICLE_DEFAULTS, ...(policy.vehicles as Partial<typeof VEHICLE_DEFAULTS> | undefined) },
    sealMs: policy.sealMs ?? 5000,
    pipelined: policy.pipelined ?? false,
  };
  known.set(policy, conduct);
  return conduct;
}
