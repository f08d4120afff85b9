import { busTopics } from "#contract/neighbour";

/** What somebody on the bus of a lane may do. */
export type BusRole =
  /** Another lane: hears everything, may ask. */
  | "neighbour"
  /** A display or a bench: hears everything. */
  | "display";

export interface BusMembers {
  /** Lanes of the site; the common name of their certificate is `gatelane-{site}-{lane}`. */
  readonly neighbours: readonly string[];
  /** Common names of certificates that look on. */
  readonly displays: readonly string[];
}

/** The common name of a lane's certificate. */
export const certificateNameOf = (site: string, lane: string): string => `gatelane-${site}-${lane}`;

/** Who may do what on the bus of one lane. */
export class BusRights {
  readonly #topics: ReturnType<typeof busTopics>;
  readonly #roles: ReadonlyMap<string, BusRole>;

  constructor(site: string, lane: string, { neighbours, displays }: BusMembers) {
    this.#topics = busTopics(site, lane);
    this.#roles = new Map([
      ...displays.map((name) => [name, "display"] as const),
      ...neighbours.map((other) => [certificateNameOf(site, other), "neighbour"] as const),
    ]);
  }

  /** The role of a certificate's common name; undefined for a stranger. */
  roleOf(commonName: string): BusRole | undefined {
    return this.#roles.get(commonName);
  }

  mayPublish(role: BusRole, topic: string): boolean {
    return role === "neighbour" && topic === this.#topics.ask;
  }

  /** Filters are taken as they are written: a wildcard that reaches beyond this lane is refused, not narrowed. */
  maySubscribe(filter: string): boolean {
    const { uses, snapshot, all } = this.#topics;
    return filter === uses || filter === snapshot || filter === all;
  }
}
