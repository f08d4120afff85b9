import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { v7 as uuid } from "uuid";
import type { ToControl } from "#contract/messages";
import type { NeighbourUse } from "#contract/neighbour";
import { type LaneKey, loadOrCreateLaneKey } from "#store/lane-key";
import { readNeighbourHeads } from "#store/neighbour-uses";
import { OwnUses } from "#store/own-uses";
import { LanBus, type LanBusOptions } from "#sync/lan-bus/lan-bus";
import { OwnLetters } from "#sync/lan-bus/own-letters";
import { commit, draft, openStore } from "../../store/support.ts";
import { clock, SITE, silent } from "../support.ts";

type News = Extract<ToControl, { type: "neighbour-uses" }>;

/** A lane of a site: a journal and a bus, and what control does with what neighbours say. */
export class BusLane {
  readonly name: string;
  readonly key: LaneKey;
  readonly news: News[] = [];
  readonly rejected: Extract<ToControl, { type: "rejected" }>[] = [];
  readonly path: string;
  readonly #store: ReturnType<typeof openStore>["store"];
  readonly #options: Partial<LanBusOptions> & { readonly key?: LaneKey };
  bus: LanBus | undefined;
  letters: OwnLetters | undefined;

  constructor(
    t: Pick<TestContext, "after">,
    name: string,
    options: Partial<LanBusOptions> & { readonly key?: LaneKey } = {},
  ) {
    const folder = mkdtempSync(join(tmpdir(), "gatelane-bus-"));
    this.name = name;
    this.#options = options;
    this.path = join(folder, "lane.db");
    this.key = options.key ?? loadOrCreateLaneKey(folder);
    this.#store = openStore(this.path, uuid()).store;
    t.after(async () => {
      await this.bus?.stop();
      this.letters?.close();
      this.#store.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /**
   * Every use heard of a neighbour, in order. What happens while a neighbour is asked comes twice, as news and as an
   * answer; once counts, as in the store.
   */
  get heard(): readonly (readonly [lane: string, clearance: string, use: string])[] {
    return this.uses.map(({ lane, clearance, use }) => [lane, clearance, use] as const);
  }

  /** The same with their places in the neighbour's chain. */
  get uses() {
    const all = this.news.flatMap(({ lane, uses }) => uses.map((use) => ({ lane, ...use })));
    return [...new Map(all.map((one) => [`${one.lane} ${one.seq} ${one.hash}`, one])).values()];
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.bus?.port ?? 0}`;
  }

  /** Starts the bus with these neighbours; `port` 0 unless the address is to be one that is known already. */
  async start(neighbours: readonly { name: string; url: string; key: LaneKey }[], port = 0): Promise<void> {
    this.bus = new LanBus({
      site: SITE,
      lane: this.name,
      host: "127.0.0.1",
      port,
      neighbours: neighbours.map(({ name, url, key }) => ({ lane: name, url, key })),
      displays: [],
      tls: () => undefined,
      letters: this.#letters(),
      knownThrough: () => readNeighbourHeads(this.path),
      clock,
      log: silent,
      onMessage: (message) => this.#take(message),
      reconnectMinMs: 20,
      reconnectMaxMs: 100,
      ...this.#options,
    });
    await this.bus.start();
  }

  /** The lane uses a clearance: on its disk, then on the bus. */
  use(clearance: string, use: NeighbourUse["use"], passage = "P000001"): void {
    commit(this.#store, { drafts: [draft({ clearance }, `clearance.${use}`, passage)] });
    this.bus?.headAdvanced();
  }

  /** The lane uses so many clearances at once. */
  useMany(count: number, use: NeighbourUse["use"]): void {
    const each = (_: unknown, n: number) =>
      draft({ clearance: `CL-${n}`.padEnd(64, "0") }, `clearance.${use}`, "P000001");
    commit(this.#store, { drafts: Array.from({ length: count }, each) });
    this.bus?.headAdvanced();
  }

  /** Entries that say nothing about clearances. */
  idle(count: number): void {
    commit(this.#store, { drafts: Array.from({ length: count }, (_, index) => draft({ index })) });
    this.bus?.headAdvanced();
  }

  #letters(): OwnLetters {
    this.letters?.close();
    const { name: lane, key } = this;
    this.letters = new OwnLetters({ site: SITE, lane, key, log: silent, openUses: () => OwnUses.open(this.path) });
    return this.letters;
  }

  #take(message: ToControl): void {
    if (message.type === "rejected") this.rejected.push(message);
    if (message.type !== "neighbour-uses") return;
    this.news.push(message);
    const { lane, through, uses } = message;
    commit(this.#store, { neighbour: { lane, through, uses } });
  }
}
