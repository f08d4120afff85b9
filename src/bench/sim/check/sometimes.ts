import { REASONS } from "#lanes/decision/reasons";
import { RULES } from "#lanes/decision/rules";
import { INTERLOCK_RULES, type Permit } from "#lanes/interlock/permit";
import { type LaneState, PHASES, RESULTS, type Step } from "#lanes/passage/model";
import { ALARM_CODES } from "#lanes/passage/standing";
import { decisionOf, openPassages, textOf } from "../lane-view.ts";
import { FAULT_NAMES, type FaultName } from "../swarm.ts";
import { NOT_REACHABLE } from "./not-reachable.ts";

const VERDICTS = ["PASS", "HOLD", "BLOCK", "DIVERT"] as const;

/** Everything that must happen at some time over many seeds; a check of what never happens proves nothing. */
export const EXPECTED: readonly string[] = [
  ...PHASES.map((phase) => `phase ${phase}`),
  ...VERDICTS.map((verdict) => `verdict ${verdict}`),
  ...Object.keys(REASONS).map((reason) => `reason ${reason}`),
  ...RULES.map(({ id }) => `rule ${id}`),
  ...Object.keys(INTERLOCK_RULES).map((rule) => `interlock ${rule}`),
  ...RESULTS.map((result) => `result ${result}`),
  ...ALARM_CODES.map((alarm) => `alarm ${alarm}`),
  ...FAULT_NAMES.map((fault) => `fault ${fault}`),
];

/** Collects what was reached. */
export class SometimesChecks {
  readonly reached = new Set<string>();
  #phase = "";
  #reason = "";

  stepped({ state, effects }: Step): void {
    this.#standing(state);
    for (const effect of effects) {
      if (effect.type !== "record") continue;
      if (effect.entry === "alarm.raised") this.reached.add(`alarm ${textOf(effect, "code")}`);
      if (effect.entry === "passage.closed") this.reached.add(`result ${textOf(effect, "result")}`);
      const decision = decisionOf(effect);
      if (decision === null) continue;
      this.reached.add(`verdict ${decision.verdict}`);
      for (const { id, outcome } of decision.rules) if (outcome === "fail") this.reached.add(`rule ${id}`);
    }
  }

  asked(permission: Permit): void {
    if (!permission.permitted) this.reached.add(`interlock ${permission.rule}`);
  }

  happened(fault: FaultName): void {
    this.reached.add(`fault ${fault}`);
  }

  #standing(state: LaneState): void {
    for (const { phase, decision } of openPassages(state)) {
      if (phase !== this.#phase) this.reached.add(`phase ${phase}`);
      this.#phase = phase;
      if (decision === null || decision.reason === this.#reason) continue;
      this.reached.add(`reason ${decision.reason}`);
      this.#reason = decision.reason;
    }
  }
}

/** What should have been reached and was not, without what is known not to be reachable. */
export function neverReached(reached: ReadonlySet<string>): string[] {
  return EXPECTED.filter((name) => !reached.has(name) && NOT_REACHABLE[name] === undefined);
}
