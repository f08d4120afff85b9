import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { NS } from "#devices/transport/onvif/soap";
import { child, parseXml, type XmlElement } from "#devices/transport/onvif/xml";
import * as answers from "./simulator/answers.ts";
import { EventService } from "./simulator/event-service.ts";
import { hugeFrame, LOGIN_PAGE, stampFrame, truncateFrame } from "./simulator/frames.ts";
import { type DigestAlgorithm, Gatekeeper } from "./simulator/gatekeeper.ts";
import { WebServer } from "./simulator/web-server.ts";

export type { SimulatedPlate } from "./simulator/answers.ts";

export interface CameraSimulatorOptions {
  /** Default 0: chosen by the operating system, and kept when the camera goes and comes back. */
  readonly port?: number;
  readonly username: string;
  readonly password: string;
  /** What the camera looks at: a JPEG. */
  readonly picture: () => Uint8Array | Promise<Uint8Array>;
  /** Each frame carries a comment of its own, so that no two are equal, as with a real sensor. Default true. */
  readonly stampFrames?: boolean;
  /** HTTP digest algorithms offered, in order. Default MD5, then SHA-256. Empty: no HTTP digest. */
  readonly digest?: readonly DigestAlgorithm[];
  /** Whether log-ins inside the SOAP envelope are accepted. Default true. */
  readonly wsSecurity?: boolean;
  /** Whether the camera tells the time to everybody, as ONVIF asks. Default true. */
  readonly publicClock?: boolean;
}

/** What is wrong with the camera. Set one member to begin, set it back to end. */
export interface CameraFaults {
  /** Every log-in is refused. */
  unauthorised: boolean;
  /** `frozen`: the last frame over and over. `yesterday`: the same, and it says that it was made 24 h ago. */
  picture: "good" | "html" | "truncated" | "huge" | "frozen" | "yesterday";
  /** Takes the question and never answers. */
  silent: "never" | "snapshot" | "always";
  /** Every answer comes this much later, milliseconds. */
  lateMs: number;
  /** Every SOAP answer is a page of text. */
  garbageSoap: boolean;
  /** Camera clock minus true time, milliseconds. */
  clockOffsetMs: number;
  /** Host that the camera gives in its addresses, in place of its own. */
  announcedHost: string | undefined;
}

const NO_FAULTS: CameraFaults = {
  unauthorised: false,
  picture: "good",
  silent: "never",
  lateMs: 0,
  garbageSoap: false,
  clockOffsetMs: 0,
  announcedHost: undefined,
};

const SNAPSHOT_PATH = "/onvif/snapshot?channel=1&stream=main";
/** What a camera answers without a log-in, beside its time (ONVIF Core Specification, access policy PRE_AUTH). */
const OPEN_TO_ALL = new Set(["GetServices", "GetCapabilities"]);
const DAY_MS = 86_400_000;

/** A camera on 127.0.0.1: ONVIF device, media and events services, and pictures over HTTP. */
export class CameraSimulator {
  /** Mutable: tests and scenarios turn these. */
  readonly faults: CameraFaults = { ...NO_FAULTS };
  /** Raw answers by SOAP action, or by `snapshot`, in place of the camera's own. */
  readonly answers = new Map<string, string | Uint8Array>();
  readonly events = new EventService();
  readonly #options: CameraSimulatorOptions;
  readonly #gatekeeper: Gatekeeper;
  readonly #web: WebServer;
  readonly #counters = { requests: 0, snapshots: 0, refusals: 0, reboots: 0 };
  #lastFrame: Uint8Array | undefined;
  #frames = 0;

  constructor(options: CameraSimulatorOptions) {
    this.#options = options;
    const { username, password, digest = ["MD5", "SHA-256"], wsSecurity = true } = options;
    this.#gatekeeper = new Gatekeeper({ username, password, algorithms: digest, wsSecurity });
    this.#web = new WebServer(options.port ?? 0, (request, body, response) => this.#handle(request, body, response));
  }

  /** Of the device service. Known after the first start. */
  get url(): string {
    return `${this.#origin}/onvif/device_service`;
  }

  get port(): number {
    return this.#web.port;
  }

  /** Totals since construction. `subscribed`: subscriptions open now. */
  get counters() {
    return { ...this.#counters, ...this.events.counters, subscribed: this.events.subscriptions.size };
  }

  /** Power on. After a stop the camera comes back on the same port and has forgotten its subscriptions. */
  async start(): Promise<void> {
    await this.#web.start();
  }

  /** Power off: every connection is cut. Safe to call twice. */
  async stop(): Promise<void> {
    this.events.subscriptions.clear();
    this.#gatekeeper.forget();
    await this.#web.stop();
  }

  /** Drops all subscriptions and connections, and is gone for `downMs`. */
  async reboot(downMs = 0): Promise<void> {
    this.#counters.reboots++;
    await this.stop();
    await delay(downMs);
    await this.start();
  }

  clearFaults(): void {
    Object.assign(this.faults, NO_FAULTS);
    this.answers.clear();
  }

  /** The camera recognises a plate. Returns how many subscribers it reached. */
  emitPlate(plate: answers.SimulatedPlate): number {
    return this.events.emitPlate(plate, this.#utc());
  }

  get #origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  #utc(): number {
    return Date.now() + this.faults.clockOffsetMs;
  }

  async #handle(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    this.#counters.requests++;
    const isSnapshot = request.url === SNAPSHOT_PATH;
    if (this.faults.silent === "always" || (this.faults.silent === "snapshot" && isSnapshot)) return;
    if (this.faults.lateMs > 0) await delay(this.faults.lateMs);
    response.setHeader("date", new Date(this.#utc()).toUTCString());
    if (isSnapshot) await this.#snapshot(request, response);
    else if (request.method !== "POST") send(response, 404, "text/html", LOGIN_PAGE);
    else await this.#soap(request, body, response);
  }

  async #snapshot(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#digestAccepted(request)) return this.#challenge(response);
    this.#counters.snapshots++;
    const raw = this.answers.get("snapshot");
    if (raw !== undefined) return send(response, 200, "image/jpeg", raw);
    if (this.faults.picture === "html") return send(response, 200, "text/html", LOGIN_PAGE);
    if (this.faults.picture === "yesterday") {
      response.setHeader("last-modified", new Date(this.#utc() - DAY_MS).toUTCString());
    }
    send(response, 200, "image/jpeg", await this.#frame());
  }

  async #frame(): Promise<Uint8Array> {
    const kind = this.faults.picture;
    if (kind === "huge") return hugeFrame();
    if ((kind === "frozen" || kind === "yesterday") && this.#lastFrame !== undefined) return this.#lastFrame;
    const { picture, stampFrames = true } = this.#options;
    const stamp = `frame ${++this.#frames} ${new Date(this.#utc()).toISOString()}`;
    this.#lastFrame = stampFrames ? stampFrame(await picture(), stamp) : await picture();
    return kind === "truncated" ? truncateFrame(this.#lastFrame) : this.#lastFrame;
  }

  async #soap(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    if (this.faults.garbageSoap) return send(response, 200, "text/plain", "the programme has ended");
    const envelope = parseXml(body);
    const action = child(envelope, NS.soap, "Body")?.children[0]?.name ?? "";
    if (!this.#isPublic(action) && !this.#loggedIn(request, envelope)) return this.#challenge(response);
    const raw = this.answers.get(action);
    if (raw !== undefined) return send(response, 200, "application/soap+xml; charset=utf-8", raw);
    const answer = this.#deviceAnswer(action, envelope) ?? (await this.#eventAnswer(action, envelope));
    const status = answer.includes("<env:Fault>") ? 400 : 200;
    send(response, status, "application/soap+xml; charset=utf-8", answer);
  }

  #deviceAnswer(action: string, envelope: XmlElement): string | undefined {
    switch (action) {
      case "GetSystemDateAndTime":
        return answers.systemDateAndTime(this.#utc());
      case "GetServices":
        return answers.services(this.#announced());
      case "GetCapabilities":
        return answers.capabilities(this.#announced());
      case "GetDeviceInformation":
        return answers.deviceInformation();
      case "GetProfiles":
        return answers.profiles();
      case "GetSnapshotUri":
        return answers.snapshotUri(this.#announced() + SNAPSHOT_PATH, envelope);
      case "GetStreamUri":
        return answers.streamUri(new URL(this.#announced()).hostname);
      default:
        return undefined;
    }
  }

  async #eventAnswer(action: string, envelope: XmlElement): Promise<string> {
    const answer = await this.events.answer(action, envelope, this.#announced(), () => this.#utc());
    return answer ?? answers.fault("ter:ActionNotSupported", `There is no ${action}`);
  }

  #announced(): string {
    const { announcedHost } = this.faults;
    return announcedHost === undefined ? this.#origin : `http://${announcedHost}`;
  }

  #isPublic(action: string): boolean {
    if (action === "GetSystemDateAndTime") return this.#options.publicClock ?? true;
    return OPEN_TO_ALL.has(action);
  }

  #loggedIn(request: IncomingMessage, envelope: XmlElement): boolean {
    if (this.faults.unauthorised) return false;
    return this.#gatekeeper.acceptsToken(envelope, this.#utc()) || this.#digestAccepted(request);
  }

  #digestAccepted(request: IncomingMessage): boolean {
    if (this.faults.unauthorised) return false;
    const { authorization } = request.headers;
    return this.#gatekeeper.acceptsDigest(authorization, request.method ?? "", request.url ?? "");
  }

  #challenge(response: ServerResponse): void {
    this.#counters.refusals++;
    const challenges = this.#gatekeeper.challenges();
    if (challenges.length > 0) response.setHeader("www-authenticate", challenges);
    const fault = answers.fault("ter:NotAuthorized", "Sender not authorized");
    send(response, challenges.length > 0 ? 401 : 400, "application/soap+xml; charset=utf-8", fault);
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
