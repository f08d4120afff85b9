import { NS } from "#devices/transport/onvif/soap";
import { child, type XmlElement } from "#devices/transport/onvif/xml";
import * as answers from "./answers.ts";
import { Subscriptions } from "./subscriptions.ts";

const LONGEST_WAIT_MS = 60_000;

/** Pull-point subscriptions of the simulated camera, as SOAP. */
export class EventService {
  readonly subscriptions = new Subscriptions();
  readonly counters = { subscriptions: 0, pulls: 0, renewals: 0, unsubscribes: 0, plates: 0 };
  /** Longest life that is granted, milliseconds. */
  lifetimeMs = 60_000;
  /** New subscriptions begin with the last plate, marked as old, as some cameras do. */
  repeatsLastPlate = false;
  #lastPlate: answers.SimulatedPlate | undefined;

  /** The answer to one request, or undefined when the action is not of this service. */
  async answer(
    action: string,
    request: XmlElement,
    base: string,
    cameraUtc: () => number,
  ): Promise<string | undefined> {
    const id = child(child(request, NS.soap, "Header"), "urn:vendor", "SubscriptionId")?.text ?? "";
    switch (action) {
      case "CreatePullPointSubscription":
        return this.#create(base, cameraUtc());
      case "PullMessages":
        return await this.#pull(id, request, cameraUtc);
      case "Renew":
        this.counters.renewals++;
        if (!this.subscriptions.renew(id, this.lifetimeMs)) return unknownSubscription();
        return answers.renewed(cameraUtc(), this.lifetimeMs);
      case "Unsubscribe":
        this.counters.unsubscribes++;
        this.subscriptions.remove(id);
        return answers.unsubscribed();
      default:
        return undefined;
    }
  }

  emitPlate(plate: answers.SimulatedPlate, cameraUtc: number): number {
    this.counters.plates++;
    this.#lastPlate = { utc: cameraUtc, ...plate };
    return this.subscriptions.publish(answers.plateNotification(plate, cameraUtc));
  }

  #create(base: string, cameraUtc: number): string {
    this.counters.subscriptions++;
    const old = this.repeatsLastPlate ? this.#lastPlate : undefined;
    const first = old === undefined ? [] : [answers.plateNotification(old, cameraUtc, "Initialized")];
    const id = this.subscriptions.create(this.lifetimeMs, first);
    return answers.subscriptionCreated(`${base}/onvif/subscription`, id, cameraUtc, this.lifetimeMs);
  }

  async #pull(id: string, request: XmlElement, cameraUtc: () => number): Promise<string> {
    this.counters.pulls++;
    const question = child(child(request, NS.soap, "Body"), NS.events, "PullMessages");
    const [, seconds = "0"] = /^PT([0-9.]+)S$/.exec(child(question, NS.events, "Timeout")?.text ?? "") ?? [];
    const limit = Number(child(question, NS.events, "MessageLimit")?.text ?? 1);
    const messages = await this.subscriptions.pull(id, Math.min(Number(seconds) * 1000, LONGEST_WAIT_MS), limit);
    if (messages === undefined) return unknownSubscription();
    return answers.pulled(messages, cameraUtc(), this.lifetimeMs);
  }
}

function unknownSubscription(): string {
  return answers.fault("wsrf-rw:ResourceUnknownFault", "There is no such subscription");
}
