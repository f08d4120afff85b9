import { asLaneError } from "./library.ts";
import { type PulledMessages, platesIn } from "./plates.ts";
import type { AskLimits, OnvifSession, SoapMessage } from "./session.ts";
import { NS, required } from "./soap.ts";
import { child, escapeXml, type XmlElement } from "./xml.ts";

/** The part of a session that subscriptions need. */
export type EventsSession = Pick<OnvifSession, "ask" | "pinned">;

/** Asked at creation and at every renewal: long enough to survive a slow camera, short enough not to fill its table. */
const LIFETIME = "PT1M";
const MESSAGE_LIMIT = 32;
const NO_EARLIER_THAN_MS = 1_000;
const NO_LATER_THAN_MS = 30_000;

/** One pull-point subscription at a camera (ONVIF Core Specification, real-time pull-point notification interface). */
export class PullPoint {
  readonly #session: EventsSession;
  readonly #address: URL;
  readonly #referenceHeader: string;
  /** Half of the life that the camera granted, milliseconds. */
  readonly renewAfterMs: number;

  private constructor(session: EventsSession, response: XmlElement) {
    this.#session = session;
    const reference = required(response, NS.events, "SubscriptionReference");
    this.#address = session.pinned(required(reference, NS.addressing, "Address").text);
    const parameters = child(reference, NS.addressing, "ReferenceParameters");
    this.#referenceHeader = (parameters?.children ?? []).slice(0, 8).map(referenceHeader).join("");
    this.renewAfterMs = renewalPause(response);
  }

  /** Rejects as OnvifSession.ask does. */
  static async create(session: EventsSession, events: URL): Promise<PullPoint> {
    const body = await session.ask(events, {
      action: `${NS.events}/EventPortType/CreatePullPointSubscriptionRequest`,
      body:
        `<CreatePullPointSubscription xmlns="${NS.events}">` +
        `<InitialTerminationTime>${LIFETIME}</InitialTerminationTime></CreatePullPointSubscription>`,
    });
    return new PullPoint(session, required(body, NS.events, "CreatePullPointSubscriptionResponse"));
  }

  /** Waits up to `waitMs` at the camera for messages, and `timeoutMs` more for the answer to come. */
  async pull(waitMs: number, timeoutMs: number, signal: AbortSignal): Promise<PulledMessages> {
    const body = await this.#ask(
      {
        action: `${NS.events}/PullPointSubscription/PullMessagesRequest`,
        body:
          `<PullMessages xmlns="${NS.events}"><Timeout>PT${waitMs / 1000}S</Timeout>` +
          `<MessageLimit>${MESSAGE_LIMIT}</MessageLimit></PullMessages>`,
      },
      { timeoutMs: waitMs + timeoutMs, signal },
    );
    return platesIn(required(body, NS.events, "PullMessagesResponse"));
  }

  async renew(): Promise<void> {
    const body = await this.#ask({
      action: "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest",
      body: `<Renew xmlns="${NS.notification}"><TerminationTime>${LIFETIME}</TerminationTime></Renew>`,
    });
    required(body, NS.notification, "RenewResponse");
  }

  /** Cameras hold few subscriptions, and one left behind blocks a place until it expires. Never rejects. */
  async unsubscribe(timeoutMs: number): Promise<void> {
    await this.#ask(
      {
        action: "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest",
        body: `<Unsubscribe xmlns="${NS.notification}"/>`,
      },
      { timeoutMs },
    ).catch(asLaneError);
  }

  #ask(message: SoapMessage, limits: AskLimits = {}): Promise<XmlElement> {
    return this.#session.ask(this.#address, { ...message, header: this.#referenceHeader }, limits);
  }
}

/** WS-Addressing: what the camera put into the reference goes back with every request, as a header. */
function referenceHeader(parameter: XmlElement): string {
  return (
    `<p:${parameter.name} xmlns:p="${escapeXml(parameter.namespace)}" a:IsReferenceParameter="true">` +
    `${escapeXml(parameter.text)}</p:${parameter.name}>`
  );
}

function renewalPause(response: XmlElement): number {
  const now = Date.parse(child(response, NS.notification, "CurrentTime")?.text ?? "");
  const end = Date.parse(child(response, NS.notification, "TerminationTime")?.text ?? "");
  const half = (end - now) / 2;
  return Number.isNaN(half) ? NO_EARLIER_THAN_MS : Math.min(Math.max(half, NO_EARLIER_THAN_MS), NO_LATER_THAN_MS);
}
