import { setTimeout as wait } from "node:timers/promises";
import { unreachable } from "#contract/errors";
import { LANE } from "../demo/lane-files.ts";
import { auditRecords, type RecordsAudit } from "./audit.ts";
import { ChaosLane } from "./chaos-lane.ts";
import { chaosPlan, type Mishap, type Planned, type Victim } from "./plan.ts";
import { Traffic, type TrafficFigures } from "./traffic.ts";
import type { WitnessedFault } from "./witness.ts";

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  /** Everything that is written goes here. */
  readonly folder: string;
  readonly progress: (text: string) => void;
}

/** What happened, how often. */
export interface Mishaps {
  readonly kills: number;
  readonly killed: Readonly<Record<Victim, number>>;
  readonly linkFlaps: number;
  readonly halfOpen: number;
  readonly brokerKills: number;
  readonly diskFull: number;
  readonly clockSteps: number;
}

export interface ChaosReport extends Mishaps, RecordsAudit {
  readonly seed: number;
  /** Commands that reached the gate without an intent of the running start on the disk. */
  readonly bootMoves: number;
  /** Raises without a PASS of their own behind them. */
  readonly unearnedRaises: number;
  readonly commands: number;
  /** Of these, commands at which the journal could not be read: they were not judged. */
  readonly unjudged: number;
  readonly trucks: TrafficFigures;
  /** After the last mishap the lane came up by itself, let a truck pass, and operations had everything. */
  readonly recovered: boolean;
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly faults: readonly WitnessedFault[];
  readonly ok: boolean;
}

/** What a script looks at, in this order: what was promised, and whether the whole run was right. */
export type ChaosVerdict = Pick<
  ChaosReport,
  "kills" | "acknowledgedLost" | "gaps" | "duplicatesApplied" | "chain" | "bootMoves" | "ok"
>;

/** The verdict on a run. `ok` also covers what has no field of its own here: raises, recovery, the exit code. */
export function chaosVerdict(report: ChaosReport): ChaosVerdict {
  const { kills, acknowledgedLost, gaps, duplicatesApplied, chain, bootMoves, ok } = report;
  return { kills, acknowledgedLost, gaps, duplicatesApplied, chain, bootMoves, ok };
}

/** Longest that the lane may take to come back after the last mishap, milliseconds: its back-off ends at 30 s. */
const RECOVERY_MS = 120_000;
const LOOK_MS = 100;
const PAGE = 5_000;
/** How long a victim that does not run is waited for before another takes its place, and how long for any, milliseconds. */
const VICTIM_WAIT_MS = 15_000;
const ANY_WAIT_MS = 60_000;

/** Breaks a lane in every way while trucks drive through it, lets it come back, and holds its records against what was promised. */
export class Chaos {
  readonly #options: ChaosOptions;
  readonly #durable = new Map<number, string>();
  readonly #count = { linkFlaps: 0, halfOpen: 0, brokerKills: 0, diskFull: 0, clockSteps: 0 };
  readonly #killed: Record<Victim, number> = { control: 0, edge: 0, vision: 0, supervisor: 0 };
  #lane: ChaosLane | undefined;
  #ending = false;
  /** Mishaps that end later, at work now. */
  readonly #later = new Set<Promise<void>>();

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** Resolves with the verdict. Rejects when the bench itself fails. */
  async run(): Promise<ChaosReport> {
    const startedAt = performance.now();
    const { folder, seed, kills, progress } = this.#options;
    let traffic: Traffic | undefined;
    const lane = await ChaosLane.create(folder, (truck, phase) => traffic?.noticed(truck, phase));
    this.#lane = lane;
    progress("painting trucks");
    traffic = await Traffic.paint(lane, seed);
    await lane.start();
    if (!lane.disk.isMounted) progress("no small disk can be mounted here: the disk is not filled");
    if (lane.shim === undefined) progress("no C compiler here: the clock stays right");
    lane.runDaemon();
    await this.#ready(lane, "the lane starts");
    const watching = this.#watch(lane);
    traffic.start();
    await this.#all(lane, chaosPlan(kills, seed));
    const recovered = await this.#recover(lane, traffic);
    this.#ending = true;
    await watching;
    const records = await this.#records(lane);
    const exitCode = await lane.stopDaemon();
    return this.#verdict(lane, traffic, { records, recovered, exitCode, startedAt });
  }

  /** Ends every part. Safe to call at any time and twice. */
  async stop(): Promise<void> {
    this.#ending = true;
    await this.#lane?.stop();
  }

  get lane(): ChaosLane | undefined {
    return this.#lane;
  }

  async #all(lane: ChaosLane, plan: readonly Planned[]): Promise<void> {
    for (const [index, { afterMs, mishap }] of plan.entries()) {
      await wait(afterMs);
      if (this.#ending) return;
      const { progress } = this.#options;
      progress(`${index + 1} of ${plan.length}: ${describe(mishap)}, journal at ${this.#durable.size}`);
      await this.#happen(lane, mishap);
    }
    await Promise.all(this.#later);
  }

  async #happen(lane: ChaosLane, mishap: Mishap): Promise<void> {
    switch (mishap.type) {
      case "kill":
        return this.#kill(lane, mishap.victim);
      case "link-flap":
        this.#count.linkFlaps += 1;
        lane.link.cut();
        return this.#after(mishap.forMs, async () => lane.link.mend());
      case "half-open":
        this.#count.halfOpen += 1;
        return lane.link.freeze();
      case "broker-kill":
        this.#count.brokerKills += 1;
        await lane.broker.kill();
        await wait(mishap.forMs);
        return await lane.broker.start();
      case "disk-full":
        if (!lane.disk.isMounted) return;
        this.#count.diskFull += 1;
        lane.disk.fill();
        return this.#after(mishap.forMs, async () => lane.disk.free());
      case "clock":
        if (lane.shim === undefined) return;
        this.#count.clockSteps += 1;
        return lane.shim.shiftClock(mishap.offsetMs);
      default:
        return unreachable(mishap);
    }
  }

  #after(ms: number, end: () => Promise<void>): void {
    const later = wait(ms).then(end);
    this.#later.add(later);
    void later.finally(() => this.#later.delete(later));
  }

  /** Another part when the one that is meant does not come; none runs while the supervisor waits. */
  async #kill(lane: ChaosLane, victim: Victim): Promise<void> {
    const since = performance.now();
    while (performance.now() < since + ANY_WAIT_MS && !this.#ending) {
      const { running } = lane;
      const others = performance.now() < since + VICTIM_WAIT_MS ? [] : (["edge", "control", "vision"] as const);
      const chosen = running[victim] === undefined ? others.find((part) => running[part] !== undefined) : victim;
      const pid = chosen === undefined ? undefined : running[chosen];
      if (chosen !== undefined && pid !== undefined) {
        process.kill(pid, "SIGKILL");
        this.#killed[chosen] += 1;
        return;
      }
      await wait(LOOK_MS);
    }
  }

  async #ready(lane: ChaosLane, what: string): Promise<void> {
    const deadline = performance.now() + RECOVERY_MS;
    while (performance.now() < deadline) {
      const status = await lane.status();
      const whole = status?.devices.every(({ state }) => state === "up") === true;
      const current = status?.clearances.version === lane.operations.clearanceVersion;
      if (status?.mode === "auto" && status.link.up && whole && current) return;
      await wait(LOOK_MS);
    }
    throw new Error(`not ready within ${RECOVERY_MS} ms: ${what}: ${JSON.stringify(await lane.status())}`);
  }

  /** Notes every entry as soon as it can be read: what was readable once is promised. */
  async #watch(lane: ChaosLane): Promise<void> {
    let last = 0;
    while (!this.#ending) {
      for (const { seq, hash } of lane.entriesAfter(last, PAGE)) {
        this.#durable.set(seq, hash);
        last = seq;
      }
      await wait(LOOK_MS);
    }
  }

  async #recover(lane: ChaosLane, traffic: Traffic): Promise<boolean> {
    const { progress } = this.#options;
    progress("no more mishaps: the lane has to come back");
    await traffic.stop();
    try {
      await this.#ready(lane, "the lane after the last mishap");
    } catch (error) {
      progress(String(error));
      return false;
    }
    // The first one may be held: a start has to see the weighbridge empty once.
    const passed = (await traffic.send()) || (await traffic.send());
    progress(passed ? "a truck has passed" : "no truck gets through");
    return passed && (await this.#drained(lane));
  }

  async #drained(lane: ChaosLane): Promise<boolean> {
    const deadline = performance.now() + RECOVERY_MS;
    while (performance.now() < deadline) {
      const level = lane.reading((journal) => {
        const head = journal.head().seq;
        return head === journal.acked().seq && head === lane.operations.report(LANE).head?.seq;
      });
      if (level === true) return true;
      await wait(LOOK_MS);
    }
    this.#options.progress("operations do not get the rest of the journal");
    return false;
  }

  async #records(lane: ChaosLane): Promise<RecordsAudit> {
    const journal = [];
    for (;;) {
      const page = lane.entriesAfter(journal.at(-1)?.seq ?? 0, PAGE);
      journal.push(...page);
      if (page.length < PAGE) break;
    }
    return auditRecords({
      journal,
      verified: await lane.verified(),
      report: lane.operations.report(LANE),
      hashAtOperations: (seq) => lane.operations.hashAt(LANE, seq),
      seen: { durable: this.#durable },
    });
  }

  #verdict(lane: ChaosLane, traffic: Traffic, end: Ending): ChaosReport {
    const { faults, commands, unread } = lane.witness;
    const kills = Object.values(this.#killed).reduce((sum, count) => sum + count, 0);
    const count = (what: WitnessedFault["what"]) => faults.filter((fault) => fault.what === what).length;
    const { records, recovered, exitCode } = end;
    const { acknowledgedLost, gaps, duplicatesApplied, chain } = records;
    const clean = acknowledgedLost === 0 && gaps === 0 && duplicatesApplied === 0 && chain === "ok";
    return {
      seed: this.#options.seed,
      kills,
      killed: this.#killed,
      ...this.#count,
      ...records,
      bootMoves: count("boot-move"),
      unearnedRaises: count("unearned-raise"),
      commands,
      unjudged: unread,
      trucks: traffic.figures,
      recovered,
      exitCode,
      seconds: Math.round((performance.now() - end.startedAt) / 1000),
      faults,
      ok: clean && recovered && faults.length === 0 && exitCode === 0 && kills >= this.#options.kills,
    };
  }
}

interface Ending {
  readonly records: RecordsAudit;
  readonly recovered: boolean;
  readonly exitCode: number | null;
  readonly startedAt: number;
}

function describe(mishap: Mishap): string {
  switch (mishap.type) {
    case "kill":
      return `SIGKILL to ${mishap.victim}`;
    case "clock":
      return `the clock is off by ${mishap.offsetMs / 1000} s`;
    default:
      return mishap.type;
  }
}
