import type { PassGround } from "#contract/decision";

/** K, P: exact. k, p: one likely misreading away. `-`: not read, or not usable. X: points to another record. */
export type Sight = {
  readonly container: "K" | "k" | "-";
  readonly plate: "P" | "p" | "-" | "X";
  /** A transponder points to the record (T), only a QR code does (Q), or one of them to another (X). */
  readonly tag: "T" | "Q" | "-" | "X";
  /** An unmanned vehicle has proved its serial number. */
  readonly client: boolean;
  /** The record is for an unmanned vehicle. */
  readonly unmanned: boolean;
  /** The record names containers. */
  readonly boxed: boolean;
};

export interface ReadingSet {
  readonly reads: string;
  readonly fits: (sight: Sight) => boolean;
  readonly gives:
    | { readonly ground: PassGround }
    | { readonly verdict: "HOLD" | "BLOCK"; readonly reason: "LOW_CONFIDENCE" | "CONFLICT" };
}

const hold = { verdict: "HOLD", reason: "LOW_CONFIDENCE" } as const;

/**
 * Which combinations of identities justify a PASS (domain guide, section 6, second table). The first that fits counts;
 * weight and seals have rules of their own. The last fits everything: what is not named here does not pass.
 */
export const READING_SETS: readonly ReadingSet[] = [
  {
    reads: "any contradiction between container, plate and tag",
    fits: ({ plate, tag }) => plate === "X" || tag === "X",
    gives: { verdict: "BLOCK", reason: "CONFLICT" },
  },
  {
    reads: "unmanned vehicle: client, tag and container exact",
    fits: ({ client, tag, container }) => client && (tag === "T" || tag === "Q") && container === "K",
    gives: { ground: "unmanned" },
  },
  {
    reads: "unmanned vehicle without certificate, tag or container",
    fits: ({ unmanned }) => unmanned,
    gives: hold,
  },
  {
    reads: "container exact, plate exact",
    fits: ({ container, plate }) => container === "K" && plate === "P",
    gives: { ground: "exact" },
  },
  {
    reads: "container exact, plate by tag",
    fits: ({ container, plate, tag }) => container === "K" && plate === "-" && tag === "T",
    gives: { ground: "plateByTag" },
  },
  {
    reads: "container exact, plate by QR code",
    fits: ({ container, plate, tag }) => container === "K" && plate === "-" && tag === "Q",
    gives: { ground: "plateByCode" },
  },
  {
    reads: "container exact, plate one edit away",
    fits: ({ container, plate }) => container === "K" && plate === "p",
    gives: { ground: "plateRepaired" },
  },
  {
    reads: "container exact alone",
    fits: ({ container }) => container === "K",
    gives: hold,
  },
  {
    reads: "container one edit away, plate exact",
    fits: ({ container, plate }) => container === "k" && plate === "P",
    gives: { ground: "containerRepaired" },
  },
  {
    reads: "container one edit away, vehicle by tag",
    fits: ({ container, tag }) => container === "k" && tag === "T",
    gives: { ground: "containerRepaired" },
  },
  {
    reads: "container one edit away, vehicle not exact",
    fits: ({ container }) => container === "k",
    gives: hold,
  },
  {
    reads: "plate and tag without the container the record names",
    fits: ({ boxed }) => boxed,
    gives: hold,
  },
  {
    reads: "no container in the record, plate exact and tag or QR code",
    fits: ({ plate, tag }) => plate === "P" && (tag === "T" || tag === "Q"),
    gives: { ground: "withoutContainer" },
  },
  { reads: "anything else", fits: () => true, gives: hold },
];
