import type { DeviceHealth, FaultCode } from "#contract/device";
import type { LaneError } from "#contract/errors";
import { StalePictureError } from "./freshness.ts";

export interface Fault {
  readonly code: FaultCode;
  readonly detail: string;
}

/** What can be wrong independently. Without a session the camera is down; anything else leaves it degraded. */
export const CONCERNS = ["session", "picture", "events", "clock"] as const;
export type Concern = (typeof CONCERNS)[number];

/** Puts the concerns together into one health and tells when it has changed. */
export class CameraHealth {
  readonly #faults = new Map<Concern, Fault>();
  readonly #report: (health: DeviceHealth) => void;
  #last = "";
  #known = false;

  constructor(report: (health: DeviceHealth) => void) {
    this.#report = report;
  }

  /** Raises or, with undefined, clears the fault of one concern. */
  set(concern: Concern, fault: Fault | undefined): void {
    if (fault === undefined) this.#faults.delete(concern);
    else this.#faults.set(concern, fault);
    this.#publish();
  }

  get(concern: Concern): Fault | undefined {
    return this.#faults.get(concern);
  }

  /** From now on the camera may be called up: until the first session and picture nothing is known. */
  known(): void {
    this.#known = true;
    this.#publish();
  }

  /** Back to knowing nothing, at a start. */
  forget(): void {
    this.#faults.clear();
    this.#last = "";
    this.#known = false;
  }

  #publish(): void {
    const concern = CONCERNS.find((candidate) => this.#faults.has(candidate));
    const fault = concern === undefined ? undefined : this.#faults.get(concern);
    if (fault === undefined && !this.#known) return;
    const state = concern === "session" ? "down" : "degraded";
    const health: DeviceHealth = fault === undefined ? { state: "up" } : { state, fault };
    // Details carry figures that differ each time; a change of them is no news.
    const news = `${health.state} ${fault?.code ?? ""}`;
    if (news === this.#last) return;
    this.#last = news;
    this.#report(health);
  }
}

/** The fault that an error of the transport or of a picture check means. */
export function faultOf(error: LaneError): Fault {
  if (error instanceof StalePictureError) return { code: "STALE", detail: error.detail };
  const codes: Partial<Record<LaneError["code"], FaultCode>> = {
    DEVICE_OFFLINE: "OFFLINE",
    DEVICE_TIMEOUT: "TIMEOUT",
    DEVICE_AUTH: "AUTH",
    IMAGE_INVALID: "IMAGE_INVALID",
    IMAGE_TOO_LARGE: "IMAGE_TOO_LARGE",
  };
  return { code: codes[error.code] ?? "PROTOCOL", detail: error.detail };
}
