import { check, freshCheck, judged, linkCheck, type SelfCheck, type SelfTestContext, skipped } from "./self-test.ts";

/** How far back weights are looked at, milliseconds. */
const WINDOW_MS = 3000;
/** Weights that must have come in that time. */
const LEAST_WEIGHTS = 5;
/** Below this the deck counts as empty, kilograms: 20 divisions of a vehicle scale (policy, emptyBelowDivisions). */
const EMPTY_KG = 400;

/** A weighbridge at rest: it measures, it stands still, and an empty deck is at zero. */
export function testWeighbridge(context: SelfTestContext): readonly SelfCheck[] {
  const { view } = context;
  return [linkCheck(view), freshCheck(view), measures(context), range(context), still(context), zero(context)];
}

function recent({ notes, clock }: SelfTestContext) {
  const from = clock.monotonic() - WINDOW_MS;
  return notes.weights.filter(({ at }) => at >= from);
}

function measures(context: SelfTestContext): SelfCheck {
  const { length } = recent(context);
  return check("measures", length >= LEAST_WEIGHTS, {
    measured: `${length} weights in the last ${WINDOW_MS / 1000} s`,
    expected: `at least ${LEAST_WEIGHTS}`,
    advice: "the indicator answers and measures no more, or sends too rarely: look at its own display",
  });
}

function range({ view }: SelfTestContext): SelfCheck {
  const over = judged(view, "overRange");
  const under = judged(view, "underRange");
  if (over === undefined || under === undefined) return skipped("range", "not known", "inside the range");
  return check("range", over === false && under === false, {
    measured: over === true ? "above the range" : under === true ? "below the range" : "inside the range",
    expected: "inside the range",
    advice: "look at load cells and junction box; below the range a cell hangs free or a cable is cut",
  });
}

function still(context: SelfTestContext): SelfCheck {
  const weights = recent(context);
  const expected = "stable, while nothing moves on the deck";
  if (weights.length < LEAST_WEIGHTS) return skipped("stable", "too few weights", expected);
  if (context.occupied) return skipped("stable", "a vehicle is in the lane", expected);
  const kilograms = weights.map(({ grossKg }) => grossKg);
  const spread = Math.max(...kilograms) - Math.min(...kilograms);
  return check(
    "stable",
    weights.every(({ stable }) => stable),
    {
      measured: `spread ${spread} kg over ${WINDOW_MS / 1000} s`,
      expected,
      advice: "something moves the deck: wind, a stone at its edge, a loose cell; look at its filter setting",
    },
  );
}

function zero({ view }: SelfTestContext): SelfCheck {
  const gross = judged(view, "gross");
  const atZero = judged(view, "atZero");
  const expected = "inside the zero band while the deck is empty";
  if (typeof gross !== "number" || atZero === undefined) return skipped("zero", "not known", expected);
  if (Math.abs(gross) >= EMPTY_KG) return skipped("zero", `${gross} kg stand on the deck`, expected);
  return check("zero", atZero === true, {
    measured: `${gross} kg, zero ${atZero === true ? "on" : "off"}`,
    expected,
    advice: "sweep the deck and its gaps, then set the indicator to zero",
  });
}
