import Type, { type Static, type TSchema } from "typebox";
import { STORAGE_MODES } from "#contract/storage";

/** What a lane shows of itself on its two retained topics `health` and `snapshot`. */

const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const bytes = (description: string) => Type.Integer({ minimum: 0, description });
const utc = () => Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$" });

const DeviceSchema = closed({
  id: Type.String(),
  class: Type.String(),
  state: Type.Union([Type.Literal("up"), Type.Literal("degraded"), Type.Literal("down")]),
  fault: Type.Optional(closed({ code: Type.String(), detail: Type.String() })),
});

/** Every 10 seconds; a lane whose `at` is older than 30 seconds is not well. */
export const HealthMessageSchema = closed({
  schema: Type.Literal("gatelane.health/1"),
  site: Type.String(),
  lane: Type.String(),
  boot: Type.String(),
  at: utc(),
  devices: Type.Array(DeviceSchema),
  queue: Type.Union([
    closed({
      head: count("Last entry of the journal"),
      acked: count("Last entry that operations have acknowledged"),
      unsent: count("Entries not given to the broker on this connection"),
    }),
    Type.Null(),
  ]),
  evidence: closed({
    waiting: count("Pictures not sent"),
    sent: count("Pictures sent since the start"),
    lost: count("Pictures that will never be sent: gone, altered or too large"),
  }),
  disk: Type.Union([
    closed({ freeBytes: bytes("Free for us where the journal lies"), totalBytes: bytes("Size of that file system") }),
    Type.Null(),
  ]),
  clock: closed({
    uptimeSeconds: Type.Number({ minimum: 0, description: "Since the edge process started" }),
    steppedMs: Type.Integer({ description: "How far the wall clock has moved against the monotonic one since then" }),
  }),
  memory: closed({
    edgeBytes: bytes("Resident memory of the edge process"),
    freeBytes: bytes("Free memory of the machine"),
    totalBytes: bytes("Memory of the machine"),
  }),
  rejected: count("Messages from upstream refused since the start"),
});

/** What the lane looks like now, as `lanectl status` shows it. */
export const SnapshotMessageSchema = closed({
  site: Type.String(),
  lane: Type.String(),
  boot: Type.String(),
  startedAt: utc(),
  software: Type.String(),
  configHash: Type.String(),
  policyHash: Type.String(),
  configuration: Type.Optional(closed({ detail: Type.String(), advice: Type.String() })),
  mode: Type.String(),
  link: closed({ up: Type.Boolean(), detail: Type.String() }),
  boom: Type.String(),
  occupancy: Type.Array(Type.String()),
  passages: Type.Array(closed({ passage: Type.String(), phase: Type.String(), openedAt: utc() })),
  alarms: Type.Optional(
    Type.Array(closed({ code: Type.String(), since: utc(), detail: Type.String() }), {
      description: "What a person should look at",
    }),
  ),
  sign: Type.Optional(Type.String({ description: "Code of the word on the sign for the driver" })),
  uncertain: Type.Optional(
    Type.Array(closed({ passage: Type.String(), clearance: Type.String() }), {
      description: "Passages that nobody saw to the end: somebody has to say what became of the clearance",
    }),
  ),
  devices: Type.Array(DeviceSchema),
  journal: closed({ seq: count("Last entry"), hash: Type.String(), acked: count("Last entry acknowledged") }),
  clearances: closed({
    version: count("Version of the clearance list"),
    records: count("Clearances on it"),
    receivedAt: Type.Union([utc(), Type.Null()]),
    ladder: Type.Optional(
      Type.Enum(["none", "fresh", "stale", "beyond-limit"], {
        description: "How far the list may be relied on without operations",
      }),
    ),
  }),
  rejected: count("Messages from upstream refused since the start"),
  lastRejected: Type.Optional(
    closed({
      at: utc(),
      source: Type.String(),
      code: Type.String({ description: "Of the error catalogue" }),
      detail: Type.String(),
    }),
  ),
  keys: Type.Optional(
    Type.Array(
      closed({
        kid: Type.String(),
        signs: Type.Enum(["operations", "orders"], { description: "Whose messages it signs" }),
        state: Type.Enum(["ending", "ended"]),
        detail: Type.String(),
      }),
      { description: "Keys for signatures that have ended or end soon" },
    ),
  ),
  incident: Type.Optional(
    closed({
      id: Type.String({ description: "Number in the register of incidents" }),
      since: utc(),
      stage: Type.String({ description: "opened, notice-due or notice-overdue" }),
      noticeBy: utc(),
    }),
  ),
  storage: Type.Optional(
    closed({
      mode: Type.Enum(Object.keys(STORAGE_MODES), { description: "How well the lane can keep its records" }),
      detail: Type.String(),
      advice: Type.String({ description: "What to do; empty when all is well" }),
    }),
  ),
  openReports: Type.Optional(count("Passages whose report is not acknowledged yet")),
  neighbours: Type.Optional(
    closed({ heard: count("Neighbours on the lane bus that are heard"), known: count("Neighbours of this lane") }),
  ),
});

export type HealthMessage = Static<typeof HealthMessageSchema>;
export type SnapshotMessage = Static<typeof SnapshotMessageSchema>;
