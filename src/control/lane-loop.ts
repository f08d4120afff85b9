import { LaneError, messageOf } from "#contract/errors";
import type { JournalDraft } from "#contract/journal";
import type { Clock } from "#contract/units";
import type { LanePolicy } from "#lanes/decision/policy";
import { assertInvariants } from "#lanes/passage/invariants";
import { INITIAL_STATE, type LaneEffect, type LaneEvent, type LaneState } from "#lanes/passage/model";
import { step } from "#lanes/passage/step";
import type { CommitBatch } from "#store/batch";
import type { StoreClient } from "#store/client";
import { asWritten, draftOfEvent, draftsOfEffects, draftsOfShadow, type PolicyInForce } from "./journal-drafts.ts";

/** An event without its times: the loop stamps it when it enters. */
export type LaneInput = LaneEvent extends infer E ? (E extends LaneEvent ? Omit<E, "at" | "utc"> : never) : never;

export interface LaneLoopOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly policy: LanePolicy;
  readonly policyHash: string;
  /** A policy that only looks on: where it would decide otherwise is journaled, and nothing else comes of it. */
  readonly shadow?: PolicyInForce;
  /**
   * Performs one effect, in order. Whatever is felt outside the process is performed only after the step that asked for
   * it is on the disk.
   */
  readonly perform: (effect: LaneEffect) => void;
  /** The incident that a decision made now names, null while operations can be reached. */
  readonly incident?: () => string | null;
  /** The lane cannot go on: the store failed, or a defect of ours was found. Called once. */
  readonly onFatal: (error: Error) => void;
  readonly onCommitted: (seq: number, hash: string) => void;
}

/** More waiting events than any lane produces; beyond it something is wrong and the lane stops in its safe state. */
const INBOX_LIMIT = 4096;
/** Commits under way at once; the store groups what waits. */
const COMMITS_LIMIT = 256;

/** Effects that only ask or wait: nobody outside can tell whether they happened, so they need not wait for the disk. */
const INWARD: ReadonlySet<LaneEffect["type"]> = new Set([
  "find-clearances",
  "weigh",
  "stop-weighing",
  "start-timer",
  "cancel-timer",
  // The use itself is part of the commit; this brings the index in memory up to the state in memory.
  "consumption",
]);

/**
 * Takes one event after the other: step, commit state and records in one transaction, then perform the effects. Steps
 * and questions run ahead of the disk; what is felt outside never does.
 */
export class LaneLoop {
  readonly #options: LaneLoopOptions;
  readonly #inbox: LaneEvent[] = [];
  #state: LaneState = INITIAL_STATE;
  #commits = 0;
  #draining = false;
  #stopped = false;

  constructor(options: LaneLoopOptions) {
    this.#options = options;
  }

  get state(): LaneState {
    return this.#state;
  }

  /** The state of the start before, as the store kept it. */
  restore(state: LaneState): void {
    this.#state = { ...INITIAL_STATE, ...state };
  }

  post(input: LaneInput): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const event = asWritten({ ...input, at: clock.monotonic(), utc: clock.utc() } as LaneEvent);
    this.#inbox.push(event);
    if (this.#inbox.length > INBOX_LIMIT) {
      this.#fatal(new LaneError("STORE_FAILED", `${INBOX_LIMIT} events wait for the disk`));
      return;
    }
    this.#drain();
  }

  /** Rows that no event of the core causes: a received clearance list, a refused message. */
  commit(batch: CommitBatch): ReturnType<StoreClient["commit"]> {
    const committed = this.#options.store.commit(batch);
    committed.then(
      ({ head }) => this.#options.onCommitted(head.seq, head.hash),
      (error: unknown) => {
        if (!(error instanceof LaneError) || error.code !== "MESSAGE_REFUSED") this.#fatal(asError(error));
      },
    );
    return committed;
  }

  draft(type: JournalDraft["type"], data: unknown): JournalDraft {
    const { clock } = this.#options;
    return { utc: clock.utc(), monotonicMs: clock.monotonic(), type, passage: this.#state.passage?.id ?? null, data };
  }

  stop(): void {
    this.#stopped = true;
    this.#inbox.length = 0;
  }

  #drain(): void {
    // An effect may post the next event while this one is being taken; it waits its turn.
    if (this.#draining) return;
    this.#draining = true;
    while (!this.#stopped && this.#commits < COMMITS_LIMIT) {
      const event = this.#inbox.shift();
      if (event === undefined) break;
      this.#take(event);
    }
    this.#draining = false;
  }

  #take(event: LaneEvent): void {
    const { policy, policyHash, store, perform, onCommitted } = this.#options;
    const before = this.#state;
    let effects: readonly LaneEffect[];
    try {
      const result = step(before, event, policy);
      assertInvariants(before, event, result);
      this.#state = result.state;
      effects = result.effects;
    } catch (error) {
      this.#fatal(asError(error));
      return;
    }
    const openPassage = this.#state.passage?.id ?? before.passage?.id ?? null;
    const drafts = [
      draftOfEvent(event, openPassage, { policy, policyHash, state: before }),
      ...draftsOfEffects(event, effects, policyHash).map((draft) => this.#withIncident(draft)),
      ...this.#shadowDrafts(event, effects),
    ];
    const consumption = effects.flatMap((effect) =>
      effect.type === "consumption"
        ? [{ id: effect.clearance, consumption: effect.consumption, passage: usedBy(effect) }]
        : [],
    );
    const uses = consumption.length > 0 ? { clearances: { consumption } } : {};
    this.#commits += 1;
    store.commit({ drafts, laneState: this.#state, ...uses }).then(
      ({ head }) => {
        this.#commits -= 1;
        onCommitted(head.seq, head.hash);
        for (const effect of effects) if (!this.#stopped && !INWARD.has(effect.type)) perform(effect);
        this.#drain();
      },
      (error: unknown) => this.#fatal(asError(error)),
    );
    for (const effect of effects) if (!this.#stopped && INWARD.has(effect.type)) perform(effect);
  }

  /** Names the incident in a decision that the lane makes without operations (domain guide, 2.1). */
  #withIncident(draft: JournalDraft): JournalDraft {
    if (draft.type !== "decision.made" || this.#state.mode.link === "online") return draft;
    const incident = this.#options.incident?.() ?? null;
    return incident === null ? draft : { ...draft, data: { ...(draft.data as object), incident } };
  }

  /** Whatever the shadow does, the lane goes on: it is looked at after the step and cannot fail it. */
  #shadowDrafts(event: LaneEvent, effects: readonly LaneEffect[]): JournalDraft[] {
    const { shadow } = this.#options;
    if (shadow === undefined) return [];
    try {
      return draftsOfShadow(event, effects, this.#state, shadow);
    } catch (error) {
      return [this.draft("lane.invariant", { code: "SHADOW_FAILED", detail: messageOf(error) })];
    }
  }

  #fatal(error: Error): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFatal(error);
  }
}

function usedBy(effect: Extract<LaneEffect, { type: "consumption" }>): string | null {
  return effect.consumption === "none" ? null : effect.passage;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}
