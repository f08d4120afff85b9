import type { ClientSession, ClientSubscription, NotificationMessage, Variant } from "node-opcua-client";
import { LaneError } from "#contract/errors";
import type { Clock, MonotonicMs, UtcMs } from "#contract/units";
import { within } from "../common/deadline.ts";
import { Lateness } from "../common/lateness.ts";
import type { OpcUaLibrary } from "./library.ts";
import { type NodeValue, nodeValue } from "./values.ts";

export interface SubscribeRequest {
  /** Ids as the connection resolves them. */
  readonly nodes: readonly string[];
  /** How often the server sends what has changed, milliseconds. Servers may take longer, see `revisedMs`. */
  readonly publishingMs: number;
  /** How often the server looks at its source, milliseconds. */
  readonly samplingMs: number;
  /** Everything that one message of the server changed, by index of `nodes`. */
  onChange(changes: ReadonlyMap<number, NodeValue>, notBefore: MonotonicMs): void;
  readonly events?: EventRequest;
}

/** Events of one node beside the values. */
export interface EventRequest {
  readonly node: string;
  /** Browse paths of the fields that are wanted, `3:ScanResult`. */
  readonly fields: readonly string[];
  /** Events that the server keeps between two messages. */
  readonly queueSize: number;
  /** The events of one message, each with the values of its fields. @param sentUtc by the clock of the server. */
  onEvents(events: readonly EventFields[], sentUtc: UtcMs): void;
}

export type EventFields = readonly (Variant | undefined)[];

type Message = Pick<NotificationMessage, "publishTime" | "notificationData">;

/** A server that has nothing to say says so this often, milliseconds. */
const KEEP_ALIVE_MS = 500;
/** Messages not heard from for so many keep-alive times mean that the subscription is gone. */
const SILENT_AFTER = 3;
/** Missed keep-alives after which the server itself may forget the subscription. */
const LIFETIME_KEEP_ALIVES = 20;
/** A message that waited longer than this is no news, milliseconds: the connection is opened anew. */
const LATEST_MS = 5000;

/** One subscription, and the watch over it: a server that is cut off or has forgotten us sends nothing at all. */
export class Subscription {
  readonly #library: OpcUaLibrary;
  readonly #session: ClientSession;
  readonly #request: SubscribeRequest;
  readonly #clock: Clock;
  readonly #lateness = new Lateness();
  readonly #indexOf = new Map<number, number>();
  /** Messages that came before the answer that says what their numbers mean. */
  #early: Message[] | undefined = [];
  #subscription: ClientSubscription | undefined;
  #watch: NodeJS.Timeout | undefined;
  #heardAt: MonotonicMs = 0;
  #stopped = false;
  /** Called once, when it has fallen silent. */
  onSilent: (reason: LaneError) => void = () => undefined;

  constructor(library: OpcUaLibrary, session: ClientSession, request: SubscribeRequest, clock: Clock) {
    this.#library = library;
    this.#session = session;
    this.#request = request;
    this.#clock = clock;
  }

  /** Publishing interval that the server agreed to, milliseconds. */
  get revisedMs(): number {
    return this.#subscription?.publishingInterval ?? this.#request.publishingMs;
  }

  /** Rejects with LaneError DEVICE_EXCEPTION when the server refuses one of the nodes. */
  async start(timeoutMs: number): Promise<void> {
    const { publishingMs, samplingMs, nodes } = this.#request;
    const keepAlives = Math.max(1, Math.round(KEEP_ALIVE_MS / publishingMs));
    const subscription = await within(
      this.#session.createSubscription2({
        requestedPublishingInterval: publishingMs,
        requestedMaxKeepAliveCount: keepAlives,
        requestedLifetimeCount: keepAlives * LIFETIME_KEEP_ALIVES,
        maxNotificationsPerPublish: 0,
        publishingEnabled: true,
        priority: 1,
      }),
      timeoutMs,
      "creating the subscription",
    );
    this.#subscription = subscription;
    const silentMs = Math.max(KEEP_ALIVE_MS, subscription.publishingInterval * subscription.maxKeepAliveCount);
    subscription.on("raw_notification", (message) => this.#heard(message));
    subscription.on("status_changed", (status) =>
      this.#fail("DEVICE_OFFLINE", `the server ended the subscription: ${status.name}`),
    );
    subscription.on("internal_error", (error) =>
      this.#fail("DEVICE_OFFLINE", `the subscription failed: ${error.message}`),
    );
    subscription.on("error", (error: Error) =>
      this.#fail("DEVICE_OFFLINE", `the subscription failed: ${error.message}`),
    );
    this.#heardAt = this.#clock.monotonic();
    this.#watch = setInterval(() => this.#look(silentMs * SILENT_AFTER), KEEP_ALIVE_MS / 2);
    const { AttributeIds, TimestampsToReturn } = this.#library;
    const items = nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }));
    const parameters = { samplingInterval: samplingMs, discardOldest: true, queueSize: 1 };
    const group = await within(
      subscription.monitorItems(items, parameters, TimestampsToReturn.Both),
      timeoutMs,
      "monitoring",
    );
    for (const [index, item] of group.monitoredItems.entries()) {
      if (item.statusCode !== undefined && !item.statusCode.isGood()) {
        throw new LaneError("DEVICE_EXCEPTION", `the server does not monitor ${nodes[index]}: ${item.statusCode.name}`);
      }
      this.#indexOf.set(item.monitoringParameters.clientHandle, index);
    }
    if (this.#request.events !== undefined) await this.#monitorEvents(subscription, this.#request.events, timeoutMs);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#take(message);
  }

  async #monitorEvents(subscription: ClientSubscription, events: EventRequest, timeoutMs: number): Promise<void> {
    const { AttributeIds, TimestampsToReturn, constructEventFilter } = this.#library;
    const filter = constructEventFilter(["Time", ...events.fields]);
    const item = await within(
      subscription.monitor(
        { nodeId: events.node, attributeId: AttributeIds.EventNotifier },
        { samplingInterval: 0, discardOldest: true, queueSize: events.queueSize, filter },
        TimestampsToReturn.Both,
      ),
      timeoutMs,
      "monitoring events",
    );
    if (item.statusCode?.isGood() === false) {
      const why = item.statusCode.name;
      throw new LaneError("DEVICE_EXCEPTION", `the server does not monitor the events of ${events.node}: ${why}`);
    }
  }

  /** Ends the watch; nothing is told any more. The server forgets the subscription with its session. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
  }

  #heard(received: NotificationMessage): void {
    const { publishTime, notificationData } = received;
    // The library goes on with what is left in it: it asks the server for the definition of every structure, and ends
    // the process when the server does not answer. Only the end of the subscription is its business.
    const { StatusChangeNotification } = this.#library;
    received.notificationData = (notificationData ?? []).filter((one) => one instanceof StatusChangeNotification);
    if (this.#stopped) return;
    this.#heardAt = this.#clock.monotonic();
    if (this.#early === undefined) this.#take({ publishTime, notificationData });
    else this.#early.push({ publishTime, notificationData });
  }

  #take({ publishTime, notificationData }: Message): void {
    const now = this.#clock.monotonic();
    const { changes, events, newestUtc } = this.#contentOf(notificationData ?? []);
    if (changes.size === 0 && events.length === 0) return;
    // Some servers leave the time of the message empty; then the newest thing in it tells when it was put together.
    const sentUtc = Math.max(publishTime?.getTime() ?? 0, newestUtc);
    if (!(sentUtc > 0))
      return this.#fail("DEVICE_PROTOCOL", "its messages carry no time, so their age cannot be known");
    const lateMs = this.#lateness.observe(sentUtc, now);
    if (lateMs > LATEST_MS) {
      return this.#fail("DEVICE_TIMEOUT", `its messages come ${Math.round(lateMs)} ms late, or its clock jumped`);
    }
    // Whatever the message does not mention was unchanged at the last look before it was sent.
    if (changes.size > 0) this.#request.onChange(changes, now - lateMs - this.revisedMs - this.#request.samplingMs);
    if (events.length > 0) this.#request.events?.onEvents(events, sentUtc);
  }

  #contentOf(notifications: NonNullable<Message["notificationData"]>) {
    const changes = new Map<number, NodeValue>();
    const events: EventFields[] = [];
    let newestUtc = 0;
    for (const notification of notifications) {
      if (notification instanceof this.#library.EventNotificationList) {
        for (const { eventFields } of notification.events ?? []) {
          const [time, ...fields] = eventFields ?? [];
          events.push(fields);
          if (time?.value instanceof Date) newestUtc = Math.max(newestUtc, time.value.getTime());
        }
      } else if (notification instanceof this.#library.DataChangeNotification) {
        for (const { clientHandle, value } of notification.monitoredItems ?? []) {
          const index = this.#indexOf.get(clientHandle);
          if (index !== undefined) changes.set(index, nodeValue(value));
          newestUtc = Math.max(newestUtc, value.serverTimestamp?.getTime() ?? 0);
        }
      }
    }
    return { changes, events, newestUtc };
  }

  #look(limitMs: number): void {
    const silentMs = this.#clock.monotonic() - this.#heardAt;
    if (silentMs > limitMs)
      this.#fail("DEVICE_TIMEOUT", `nothing heard from the subscription for ${Math.round(silentMs)} ms`);
  }

  #fail(code: "DEVICE_TIMEOUT" | "DEVICE_PROTOCOL" | "DEVICE_OFFLINE", detail: string): void {
    if (this.#stopped) return;
    this.stop();
    this.onSilent(new LaneError(code, detail));
  }
}
