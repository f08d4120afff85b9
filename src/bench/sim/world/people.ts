import type { Order, OrderRole, Wish } from "#contract/order";
import type { LaneState } from "#lanes/passage/model";
import type { Clockwork } from "../clockwork.ts";
import type { Dice } from "../dice.ts";
import type { FaultName, Swarm } from "../swarm.ts";
import type { Vehicle } from "./vehicle.ts";

export interface PeopleOptions {
  readonly clockwork: Clockwork;
  readonly dice: Dice;
  readonly swarm: Swarm;
  readonly state: () => LaneState;
  /** The vehicle that stands before the boom, for whoever looks out of the window. */
  readonly seen: () => Vehicle | undefined;
  /** What the video shows: the vehicle of this clearance has passed the boom. */
  readonly crossed: (clearance: string) => boolean;
  /** What a watch shows beside the clock of the lane. */
  readonly clockIsRight: () => boolean;
  readonly order: (order: Order) => void;
  readonly happened: (fault: FaultName, what: string) => void;
  readonly tell: (what: string) => void;
}

interface Signature {
  readonly role?: OrderRole;
  readonly second?: boolean;
  readonly id?: string;
}

/** Orders as people give them: signed by one or by two, each with an id of its own. */
export class Desk {
  readonly #options: PeopleOptions;
  #orders = 0;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  give(wish: Wish, { role = "supervisor", second = true, id = this.#newId() }: Signature = {}): string {
    const { order, tell } = this.#options;
    const secondBy = second ? ({ subject: "S-2", role } as const) : null;
    tell(`${role} orders ${JSON.stringify(wish)}`);
    order({ id, by: { subject: "S-1", role }, secondBy, reason: "as seen on the spot", wish });
    return id;
  }

  #newId(): string {
    this.#orders += 1;
    return `00000000-0000-4000-8000-${this.#orders.toString(16).padStart(12, "0")}`;
  }
}
