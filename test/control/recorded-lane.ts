import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalDraft } from "#contract/journal";
import { draftOfEvent, draftsOfEffects, draftsOfShadow, type PolicyInForce } from "#control/journal-drafts";
import type { LanePolicy } from "#lanes/decision/policy";
import { canonicalHash } from "#store/hash";
import { Store } from "#store/store";
import { EPOCH, policyWith } from "../lanes/builders.ts";
import { Lane } from "../lanes/harness.ts";

/** A lane of the stories whose journal is written into a real database, with the rows that the control process writes. */
export class RecordedLane {
  readonly lane: Lane;
  readonly database: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "recorded-"));
  readonly #store: Store;

  constructor(
    world: ConstructorParameters<typeof Lane>[0],
    options: { readonly policy?: LanePolicy; readonly shadow?: PolicyInForce } = {},
  ) {
    const policy = options.policy ?? policyWith();
    const policyHash = canonicalHash(policy);
    this.lane = new Lane(world, policy);
    this.database = join(this.#folder, "lane.db");
    this.#store = Store.open({ path: this.database, boot: "boot-0", startedUtc: EPOCH }).store;
    this.lane.onStep = (before, event, { state, effects }) => {
      const passage = state.passage?.id ?? before.passage?.id ?? null;
      this.write([
        draftOfEvent(event, passage, { policy, policyHash, state: before }),
        ...draftsOfEffects(event, effects, policyHash),
        ...(options.shadow === undefined ? [] : draftsOfShadow(event, effects, state, options.shadow)),
      ]);
    };
  }

  write(drafts: readonly JournalDraft[]): void {
    this.#store.commitGroup([{ drafts }]);
  }

  /** Closes the database and leaves the file. */
  close(): string {
    this.#store.close();
    return this.database;
  }

  remove(): void {
    this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
