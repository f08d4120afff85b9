import { readFile } from "node:fs/promises";
import type { CameraDevice, DeviceContext, Snapshot } from "#contract/device";
import { LaneError } from "#contract/errors";
import { Pause } from "#devices/transport/common/pause";
import { Backoff } from "#devices/transport/onvif/backoff";
import { BrokerEvents, type BrokerSettings } from "#devices/transport/onvif/broker-events";
import { asLaneError } from "#devices/transport/onvif/library";
import type { ReportedPlate } from "#devices/transport/onvif/plates";
import { PullLoop } from "#devices/transport/onvif/pull-loop";
import { OnvifSession } from "#devices/transport/onvif/session";
import { CameraHealth, faultOf } from "./health.ts";
import { brokerOf, type OnvifCameraOptions } from "./options.ts";
import { readPassword } from "./password.ts";
import { PictureSource } from "./pictures.ts";
import { type CameraTuning, DEFAULT_TUNING } from "./tuning.ts";

/** A camera clock further off than this is a fault: times burnt into its pictures are evidence. */
const CLOCK_TOLERANCE_MS = 30_000;
/** A session that lasted this long makes the next failure a first one. */
const STEADY_MS = 30_000;
/** Time that `stop` gives the camera to take back our subscription. */
const FAREWELL_MS = 1_000;

/** A camera over ONVIF. */
export class OnvifCamera implements CameraDevice {
  readonly id: string;
  readonly #options: OnvifCameraOptions;
  readonly #context: DeviceContext;
  readonly #tuning: CameraTuning;
  readonly #health: CameraHealth;
  readonly #pictures: PictureSource;
  readonly #backoff: Backoff;
  readonly #rest = new Pause();
  readonly #betweenSigns = new Pause();
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Kept for pictures after a fault, until there is a new one. */
  #session: OnvifSession | undefined;
  #opening: OnvifSession | undefined;
  #lastError = new LaneError("DEVICE_OFFLINE", "the camera has not been reached yet");

  constructor(id: string, options: OnvifCameraOptions, context: DeviceContext, tuning: Partial<CameraTuning> = {}) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#tuning = { ...DEFAULT_TUNING, ...tuning };
    const { backoffMinMs, backoffMaxMs, random } = this.#tuning;
    this.#backoff = new Backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs, random });
    this.#pictures = new PictureSource(context.clock, {
      timeoutMs: options.timeoutMs,
      maxBytes: options.maxImageBytes,
    });
    this.#health = new CameraHealth((health) => {
      if (this.#stopping === undefined) return;
      context.post({ type: "health", device: id, at: context.clock.monotonic(), health });
    });
  }

  async start(): Promise<void> {
    if (this.#stopping !== undefined) return;
    this.#stopping = new AbortController();
    this.#health.forget();
    this.#backoff.reset();
    this.#running = this.#run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    const deadline = setTimeout(() => this.#closeSessions(), FAREWELL_MS);
    await this.#running;
    clearTimeout(deadline);
    this.#closeSessions();
    this.#session = undefined;
  }

  async snapshot(): Promise<Snapshot> {
    const session = this.#session;
    if (this.#stopping === undefined) throw new LaneError("DEVICE_OFFLINE", "the driver is stopped");
    if (session === undefined) throw new LaneError(this.#lastError.code, this.#lastError.detail);
    return await this.#takePicture(session);
  }

  async #run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        await this.#openAndServe(stop);
      } catch (error) {
        if (stop.aborted) return;
        this.#lastError = asLaneError(error);
        this.#health.set("session", faultOf(this.#lastError));
        // Cameras lock a user out after a few refused log-ins; trying fast would keep it so.
        const refused = this.#lastError.code === "DEVICE_AUTH";
        await this.#rest.wait(refused ? this.#tuning.backoffMaxMs : this.#backoff.next(), stop);
      }
    }
  }

  async #openAndServe(stop: AbortSignal): Promise<void> {
    const session = await this.#newSession();
    try {
      await session.open();
    } catch (error) {
      session.close();
      throw error;
    }
    this.#session?.close();
    this.#session = session;
    // A camera is up when a picture has been seen, not when it says that it could give one.
    await this.#takePicture(session).catch(asLaneError);
    this.#checkClock(session);
    this.#health.set("session", undefined);
    this.#health.known();
    await this.#serve(session, stop);
  }

  async #newSession(): Promise<OnvifSession> {
    const { url, username, passwordFile, caFile, timeoutMs } = this.#options;
    const password = await readPassword(passwordFile);
    const trust = caFile === undefined ? {} : { certificateAuthority: await readTrust(caFile) };
    const utc = () => this.#context.clock.utc();
    this.#opening = new OnvifSession({
      url: new URL(url),
      credentials: { username, password },
      timeoutMs,
      utc,
      ...trust,
    });
    return this.#opening;
  }

  /** Until stopped, or until the camera no longer answers. */
  async #serve(session: OnvifSession, stop: AbortSignal): Promise<void> {
    const scope = new AbortController();
    const end = () => scope.abort();
    stop.addEventListener("abort", end, { once: true });
    if (stop.aborted) end();
    const tasks = [this.#watch(session, scope.signal)];
    if (this.#options.plateEvents) tasks.push(this.#followPlates(session, scope.signal));
    try {
      await Promise.all(tasks);
    } finally {
      end();
      stop.removeEventListener("abort", end);
      await Promise.allSettled(tasks);
    }
  }

  async #watch(session: OnvifSession, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    let picturePause = 0;
    while (!signal.aborted) {
      await this.#betweenSigns.wait(this.#tuning.watchMs, signal);
      if (signal.aborted) return;
      await session.measureClock();
      this.#checkClock(session);
      if (performance.now() - began > STEADY_MS) this.#backoff.reset();
      const fault = this.#health.get("picture");
      if (fault !== undefined && picturePause-- <= 0) {
        await this.#takePicture(session).catch(asLaneError);
        picturePause = fault.code === "AUTH" ? Math.ceil(this.#tuning.backoffMaxMs / this.#tuning.watchMs) : 0;
      }
    }
  }

  async #followPlates(session: OnvifSession, signal: AbortSignal): Promise<void> {
    const settings = brokerOf(this.#options);
    if (settings !== undefined) return await this.#followBroker(session, settings, signal);
    const events = session.eventsUrl;
    if (events === undefined) {
      this.#health.set("events", { code: "PROTOCOL", detail: "the camera has no event service" });
      return;
    }
    const { pullMs, backoffMinMs, backoffMaxMs, random } = this.#tuning;
    await new PullLoop({
      session,
      events,
      waitMs: pullMs,
      timeoutMs: this.#options.timeoutMs,
      backoff: { minMs: backoffMinMs, maxMs: backoffMaxMs, random },
      onMessages: ({ plates }) => {
        for (const plate of plates) this.#postPlate(plate);
      },
      onFault: (fault) => this.#eventsFault(fault),
    }).run(signal);
  }

  async #followBroker(session: OnvifSession, settings: BrokerSettings, signal: AbortSignal): Promise<void> {
    await new BrokerEvents({
      settings,
      cameraNow: () => this.#context.clock.utc() + session.clockOffsetMs,
      onPlate: (plate) => this.#postPlate(plate),
      // The camera may well be there while its broker is not.
      onFault: (fault) => this.#health.set("events", fault === undefined ? undefined : faultOf(fault)),
    }).run(signal);
  }

  #eventsFault(fault: LaneError | undefined): void {
    this.#health.set("events", fault === undefined ? undefined : faultOf(fault));
    if (fault !== undefined) this.#suspect(fault);
  }

  #postPlate({ plate, confidence, country, ageMs }: ReportedPlate): void {
    const { clock } = this.#context;
    const [at, utc] = [clock.monotonic() - ageMs, clock.utc() - ageMs];
    this.#context.post({ type: "plate-seen", device: this.id, at, utc, plate, confidence, country });
  }

  async #takePicture(session: OnvifSession): Promise<Snapshot> {
    try {
      const picture = await this.#pictures.take(session);
      this.#health.set("picture", undefined);
      return picture;
    } catch (error) {
      const known = asLaneError(error);
      this.#health.set("picture", faultOf(known));
      this.#suspect(known);
      throw known;
    }
  }

  /** The connection may be gone; the watch finds out now rather than at its next turn. */
  #suspect(fault: LaneError): void {
    if (fault.code === "DEVICE_OFFLINE") this.#betweenSigns.wake();
  }

  #checkClock(session: OnvifSession): void {
    const offset = session.clockOffsetMs;
    const detail = `the camera's clock is ${Math.round(offset / 1000)} s off ours: check its time server`;
    this.#health.set("clock", Math.abs(offset) > CLOCK_TOLERANCE_MS ? { code: "CLOCK", detail } : undefined);
  }

  #closeSessions(): void {
    this.#session?.close();
    this.#opening?.close();
  }
}

async function readTrust(file: string): Promise<string> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new LaneError("DEVICE_PROTOCOL", `the certificate file cannot be read (${error.code ?? "unknown"})`);
  });
}
