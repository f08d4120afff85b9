/** Notifications of one subscription, waiting to be pulled. */
interface Subscription {
  readonly id: string;
  queue: string[];
  expires: number;
  waiting: (() => void) | undefined;
}

const QUEUE_LIMIT = 100;

/** The pull-point subscriptions of a simulated camera. */
export class Subscriptions {
  readonly #open = new Map<string, Subscription>();
  #created = 0;

  /** Ids have leading zeros: whoever reads them as numbers loses the subscription. */
  create(lifetimeMs: number, first: readonly string[]): string {
    this.#created++;
    const id = String(this.#created).padStart(6, "0");
    this.#open.set(id, { id, queue: [...first], expires: Date.now() + lifetimeMs, waiting: undefined });
    return id;
  }

  /** Number of subscriptions that have not expired. */
  get size(): number {
    return [...this.#open.values()].filter((subscription) => subscription.expires > Date.now()).length;
  }

  renew(id: string, lifetimeMs: number): boolean {
    const subscription = this.#find(id);
    if (subscription !== undefined) subscription.expires = Date.now() + lifetimeMs;
    return subscription !== undefined;
  }

  /** Messages as soon as there are some, none after `waitMs`; undefined when there is no such subscription. */
  async pull(id: string, waitMs: number, limit: number): Promise<readonly string[] | undefined> {
    const subscription = this.#find(id);
    if (subscription === undefined) return undefined;
    if (subscription.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        subscription.waiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#find(id) === undefined ? undefined : subscription.queue.splice(0, limit);
  }

  /** Puts a notification into every subscription; returns how many there were. */
  publish(notification: string): number {
    let reached = 0;
    for (const subscription of this.#open.values()) {
      if (subscription.expires <= Date.now()) continue;
      if (subscription.queue.length < QUEUE_LIMIT) subscription.queue.push(notification);
      subscription.waiting?.();
      reached++;
    }
    return reached;
  }

  remove(id: string): void {
    this.#open.get(id)?.waiting?.();
    this.#open.delete(id);
  }

  clear(): void {
    for (const id of [...this.#open.keys()]) this.remove(id);
  }

  #find(id: string): Subscription | undefined {
    const subscription = this.#open.get(id);
    return subscription !== undefined && subscription.expires > Date.now() ? subscription : undefined;
  }
}
