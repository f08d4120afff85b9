import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CachedClearance, Clearance } from "#contract/clearance";
import type { DecisionInput, PassGround, SealRead, Verdict } from "#contract/decision";
import { containerCheckDigit } from "#contract/identifiers";
import { decide } from "#lanes/decision/decide";
import type { Outcome } from "#lanes/decision/policy";
import { READING_SETS, type Sight } from "#lanes/decision/reading-sets";
import {
  CONTAINER,
  cached,
  decisionInput,
  EPOCH,
  identity,
  OTHER_CONTAINER,
  OTHER_TRACTOR,
  policyWith,
  read,
  SITE,
  TARE_KG,
  TRACTOR,
} from "../builders.ts";
import { torn } from "./case.ts";

/** A container whose check digit stays right when M is taken for N in its owner code. */
const [LIKELY, MISREAD] = twins();
const MISREAD_PLATE = TRACTOR.replace("12C", "12G");
const box = (text: string) => identity(text, { sources: ["side"] });
const tornBox = { container: box(MISREAD), reads: [torn("container", MISREAD, LIKELY)] };
const tornPlate = { plate: identity(MISREAD_PLATE), reads: [torn("plate", MISREAD_PLATE, TRACTOR)] };
const tag = (text: string) => identity(text, { sources: ["rfid"] });
const code = (text: string) => identity(text, { sources: ["terminal"] });
const carrying = (number: string): Partial<Clearance> => ({
  containers: [{ number, empty: false, tareKg: 2200, declaredGrossKg: 20_000 }],
});
const empty: Partial<Clearance> = {
  containers: [{ number: CONTAINER, empty: true, tareKg: 2200, declaredGrossKg: 0 }],
};
const bulk: Partial<Clearance> = { containers: [], bulk: { declaredKg: 60_000, passedKg: 40_000 } };
const sealed = (state: SealRead["state"]): Partial<DecisionInput> => ({
  seals: [{ kind: "carrier", text: "S1", state, source: "seal-camera" }],
});
const kg = (grossKg: number): Partial<DecisionInput> => ({ weight: { grossKg, spreadKg: 0, zeroSeen: true } });

interface Row {
  /** As in the table of the domain guide, section 6. */
  readonly reads: string;
  readonly input: Partial<DecisionInput>;
  readonly record?: Partial<Clearance>;
  readonly others?: readonly CachedClearance[];
  readonly policy?: Parameters<typeof policyWith>[0];
  readonly outcomes?: Partial<Record<PassGround, Outcome>>;
  readonly gives: readonly [verdict: Verdict, groundOrReason: string];
}

const unread = { plate: null } satisfies Partial<DecisionInput>;
const ROWS: readonly Row[] = [
  { reads: "K P W S", input: {}, gives: ["PASS", "exact"] },
  { reads: "K p W S", input: tornPlate, gives: ["PASS", "plateRepaired"] },
  {
    reads: "K p W S, and every picture says the same other plate",
    input: { plate: identity(MISREAD_PLATE), reads: [read({ kind: "plate", text: MISREAD_PLATE })] },
    gives: ["HOLD", "PLATE_MISMATCH"],
  },
  {
    reads: "K p T W S, and every picture says the same other plate",
    input: {
      plate: identity(MISREAD_PLATE),
      reads: [read({ kind: "plate", text: MISREAD_PLATE })],
      tag: tag(TRACTOR),
    },
    gives: ["PASS", "plateRepaired"],
  },
  {
    reads: "K p Q W S, and every picture says the same other plate",
    input: {
      plate: identity(MISREAD_PLATE),
      reads: [read({ kind: "plate", text: MISREAD_PLATE })],
      qr: code("308044805740"),
    },
    gives: ["HOLD", "PLATE_MISMATCH"],
  },
  { reads: "K - T W S, transponder", input: { ...unread, tag: tag(TRACTOR) }, gives: ["PASS", "plateByTag"] },
  {
    reads: "K - Q W S, the papers without the plate",
    input: { ...unread, qr: code("308044805741") },
    gives: ["HOLD", "OFFICER_DECIDES"],
  },
  {
    reads: "K - Q W S, the policy takes the papers for the vehicle",
    input: { ...unread, qr: code("308044805741") },
    outcomes: { plateByCode: "AUTO_OPEN" },
    gives: ["PASS", "plateByCode"],
  },
  { reads: "K - - W S", input: unread, gives: ["HOLD", "NO_PLATE"] },
  {
    reads: "k P W S, the policy leaves it to an officer",
    input: tornBox,
    record: carrying(LIKELY),
    gives: ["HOLD", "OFFICER_DECIDES"],
  },
  {
    reads: "k P W S, the policy allows it",
    input: tornBox,
    record: carrying(LIKELY),
    outcomes: { containerRepaired: "AUTO_OPEN" },
    gives: ["PASS", "containerRepaired"],
  },
  {
    reads: "k P W S, and every picture says the same other container",
    input: { container: box(MISREAD), reads: [read({ kind: "container", text: MISREAD, check: "verified" })] },
    record: carrying(LIKELY),
    outcomes: { containerRepaired: "AUTO_OPEN" },
    gives: ["HOLD", "NO_CLEARANCE"],
  },
  {
    reads: "k P W S with another candidate within two edits",
    input: tornBox,
    record: carrying(LIKELY),
    others: [
      cached({ id: "CL-9", ...carrying(beside(MISREAD)), vehicle: { tractorPlate: "98C11111", tareKg: TARE_KG } }),
    ],
    outcomes: { containerRepaired: "AUTO_OPEN" },
    gives: ["HOLD", "NO_CLEARANCE"],
  },
  {
    reads: "k -",
    input: { ...unread, ...tornBox },
    record: carrying(LIKELY),
    gives: ["HOLD", "NO_CLEARANCE"],
  },
  {
    reads: "k p without T",
    input: { ...tornPlate, ...tornBox },
    record: carrying(LIKELY),
    gives: ["HOLD", "NO_CLEARANCE"],
  },
  {
    reads: "k p with T",
    input: { ...tornPlate, ...tornBox, tag: tag(TRACTOR) },
    record: carrying(LIKELY),
    outcomes: { containerRepaired: "AUTO_OPEN" },
    gives: ["PASS", "containerRepaired"],
  },
  { reads: "- P T W S", input: { container: null, tag: tag(TRACTOR) }, gives: ["HOLD", "NO_CONTAINER"] },
  {
    reads: "X between container and plate",
    input: { plate: identity(OTHER_TRACTOR) },
    others: [cached({ id: "CL-2", ...carrying(OTHER_CONTAINER), vehicle: { tractorPlate: OTHER_TRACTOR, tareKg: 1 } })],
    gives: ["BLOCK", "SWAPPED"],
  },
  { reads: "X between plate and tag", input: { tag: tag(OTHER_TRACTOR) }, gives: ["BLOCK", "CONFLICT"] },
  { reads: "X between container and QR code", input: { qr: code("308883922820") }, gives: ["BLOCK", "CONFLICT"] },
  { reads: "K P (scale down) S", input: { weight: null, weighbridgeDown: true }, gives: ["HOLD", "NO_WEIGHT"] },
  {
    reads: "K P (scale down) S, green and the policy allows it",
    input: { weight: null, weighbridgeDown: true },
    outcomes: { withoutWeight: "AUTO_OPEN" },
    gives: ["PASS", "exact withoutWeight"],
  },
  { reads: "K P W (over tolerance)", input: kg(36_000), gives: ["HOLD", "WEIGHT"] },
  {
    reads: "K P W, seal required but unread",
    input: {},
    policy: { clearance: { sealMustBeRead: true } },
    record: {
      containers: carrying(CONTAINER).containers?.map((one) => ({ ...one, carrierSeals: ["S1"] })) ?? [],
    },
    gives: ["HOLD", "SEAL_UNREAD"],
  },
  { reads: "K P W, seal broken", input: sealed("broken"), gives: ["BLOCK", "SEAL_BROKEN"] },
  { reads: "K P W, seal alarm", input: sealed("alarm"), gives: ["BLOCK", "SEAL_BROKEN"] },
  { reads: "empty return: K(E) P", input: kg(17_600), record: empty, gives: ["PASS", "exact emptyReturn"] },
  { reads: "empty return, too heavy", input: kg(17_701), record: empty, gives: ["HOLD", "WEIGHT"] },
  {
    reads: "bulk: P + declaration QR, weight <= remaining",
    input: { container: null, qr: code("308044805740"), ...kg(35_000) },
    record: bulk,
    gives: ["PASS", "withoutContainer"],
  },
  {
    reads: "bulk, weight > remaining",
    input: { container: null, qr: code("308044805740"), ...kg(35_001) },
    record: bulk,
    gives: ["HOLD", "WEIGHT"],
  },
  {
    reads: "bulk: P alone",
    input: { container: null, ...kg(35_000) },
    record: bulk,
    gives: ["HOLD", "LOW_CONFIDENCE"],
  },
  {
    reads: "bobtail: P + T",
    input: { container: null, tag: tag(TRACTOR), ...kg(TARE_KG) },
    record: { containers: [] },
    gives: ["PASS", "withoutContainer emptyReturn"],
  },
  {
    reads: "IGV: client id + T + K, slot ok",
    input: { plate: null, client: identity("IGV-07", { sources: ["fleet"] }), tag: tag("IGV-07") },
    record: { vehicle: { tractorPlate: "IGV-07", tareKg: TARE_KG } },
    gives: ["PASS", "unmanned"],
  },
  {
    reads: "IGV without its transponder",
    input: { plate: null, client: identity("IGV-07", { sources: ["fleet"] }) },
    record: { vehicle: { tractorPlate: "IGV-07", tareKg: TARE_KG } },
    gives: ["HOLD", "LOW_CONFIDENCE"],
  },
];

function decisionOn({ input, record, others = [], policy, outcomes }: Row) {
  return decide({
    input: decisionInput({
      container: box(record?.containers?.[0]?.number ?? CONTAINER),
      ...input,
    }),
    candidates: [cached(record), ...others],
    policy: policyWith({ ...policy, ...(outcomes === undefined ? {} : { outcomes }) }),
    site: SITE,
    passage: "P000001",
    utc: EPOCH,
  });
}

describe("which readings justify a PASS", () => {
  for (const row of ROWS) {
    test(`${row.reads}: ${row.gives.join(" ")}`, () => {
      const decision = decisionOn(row);
      const why = JSON.stringify(decision.rules.filter(({ outcome }) => outcome === "fail"));
      assert.equal(decision.verdict, row.gives[0], why);
      const said = decision.verdict === "PASS" ? decision.grounds?.join(" ") : decision.reason;
      assert.equal(said, row.gives[1], why);
    });
  }

  test("no combination of sights is without an answer, and none without a container and a vehicle passes", () => {
    const reached = new Set<string>();
    for (const sight of everySight()) {
      const set = READING_SETS.find(({ fits }) => fits(sight));
      assert.ok(set);
      reached.add(set.reads);
      if (!("ground" in set.gives)) continue;
      const vehicle = sight.plate !== "-" || sight.tag === "T" || sight.tag === "Q" || sight.client;
      assert.ok(vehicle && (sight.container !== "-" || !sight.boxed), JSON.stringify(sight));
      assert.ok(sight.plate !== "X" && sight.tag !== "X", JSON.stringify(sight));
      assert.ok(sight.client || !sight.unmanned, JSON.stringify(sight));
    }
    assert.deepEqual([...reached].sort(), READING_SETS.map(({ reads }) => reads).sort(), "every row is reached");
  });

  test("every ground but those of weight and link has a row", () => {
    const grounds = READING_SETS.flatMap(({ gives }) => ("ground" in gives ? [gives.ground] : []));
    assert.deepEqual([...new Set(grounds)].sort(), [
      "containerRepaired",
      "exact",
      "plateByCode",
      "plateByTag",
      "plateRepaired",
      "unmanned",
      "withoutContainer",
    ]);
  });
});

describe("two containers on one vehicle", () => {
  const two: Partial<Clearance> = {
    containers: [CONTAINER, OTHER_CONTAINER].map((number) => ({
      number,
      empty: false,
      tareKg: 1,
      declaredGrossKg: 10_000,
    })),
  };
  const support = { confidence: 0.48, support: 0.97, sources: ["side"] };
  const seen = (second: string | null): Partial<DecisionInput> => ({
    container: identity(CONTAINER, support),
    secondContainer: second === null ? null : identity(second, support),
  });
  const said = (input: Partial<DecisionInput>, record: Partial<Clearance>) => {
    const { verdict, reason } = decisionOn({ reads: "", input, record, gives: ["PASS", ""] });
    return `${verdict} ${reason}`;
  };

  test("pass when both are cleared and seen", () => assert.equal(said(seen(OTHER_CONTAINER), two), "PASS CLEARED"));
  test("are held when one is not seen", () => assert.equal(said(seen(null), two), "HOLD SECOND_CONTAINER"));
  test("are held when one is another's", () => {
    assert.equal(said(seen("HLXU2008419"), two), "HOLD CONTAINER_MISMATCH");
  });
  test("are held when the record names one number twice", () => {
    const twice = { containers: [...(two.containers ?? [])].map((one) => ({ ...one, number: CONTAINER })) };
    assert.equal(said(seen(null), twice), "HOLD SECOND_CONTAINER");
  });
  test("are held when only one is cleared", () => {
    assert.equal(said(seen(OTHER_CONTAINER), carrying(CONTAINER)), "HOLD CONFLICT");
  });
});

function everySight(): Sight[] {
  return (["K", "k", "-"] as const).flatMap((container) =>
    (["P", "p", "-", "X"] as const).flatMap((plate) =>
      (["T", "Q", "-", "X"] as const).flatMap((tagSight) =>
        [true, false].flatMap((client) =>
          [true, false].flatMap((unmanned) =>
            [true, false].map((boxed) => ({ container, plate, tag: tagSight, client, unmanned, boxed })),
          ),
        ),
      ),
    ),
  );
}

/** Two numbers that differ in a likely misreading of a letter and share their check digit. */
function twins(): readonly [string, string] {
  for (const [one, other] of ["CG", "MN", "UV", "IL", "OQ", "OD", "DQ"].map((pair) => [...pair])) {
    for (const at of [0, 1, 2]) {
      const owner = (letter: string) => "AAA".slice(0, at) + letter + "AAA".slice(at + 1);
      for (let serial = 100_000; serial < 100_050; serial++) {
        const [a, b] = [`${owner(one ?? "")}U${serial}`, `${owner(other ?? "")}U${serial}`];
        if (containerCheckDigit(a) === containerCheckDigit(b)) {
          return [a + containerCheckDigit(a), b + containerCheckDigit(b)];
        }
      }
    }
  }
  return assert.fail("there is such a pair");
}

/** Another good number within two edits of `number`. */
function beside(number: string): string {
  for (let digit = 0; digit < 10; digit++) {
    const firstTen = number.slice(0, 9) + digit;
    const other = firstTen + containerCheckDigit(firstTen);
    if (other !== number) return other;
  }
  return assert.fail("there is such a number");
}
