import { LaneError } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import { CameraHttp } from "./camera-http.ts";
import type { Credentials } from "./digest.ts";
import type { HttpReply } from "./http.ts";
import { asLaneError, OnvifLibrary, pinned, pinnedStream } from "./library.ts";
import { NS, readEnvelope, required } from "./soap.ts";
import { child, childrenNamed, escapeXml, splitName, XML_LIMIT, type XmlElement } from "./xml.ts";

export interface SessionSettings {
  /** Device service. */
  readonly url: URL;
  readonly credentials: Credentials;
  /** PEM, for cameras that sign their own certificate. */
  readonly certificateAuthority?: string;
  /** Time for each question with its answer, milliseconds. */
  readonly timeoutMs: number;
  /** Our own clock; the camera's offset is measured against it. */
  readonly utc: () => UtcMs;
}

/** What a SOAP request that we compose ourselves says. */
export interface SoapMessage {
  /** WS-Addressing action. */
  readonly action: string;
  /** Header elements beside the standard ones, XML. */
  readonly header?: string;
  /** Content of the body, XML. */
  readonly body: string;
}

export interface AskLimits {
  /** In place of the session's. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Everything we say to one camera between connecting and losing it. */
export class OnvifSession {
  readonly #settings: SessionSettings;
  readonly #http: CameraHttp;
  readonly #library: OnvifLibrary;
  #clockOffsetMs = 0;
  #snapshotUrl: URL | undefined;
  #eventsUrl: URL | undefined;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
    this.#http = new CameraHttp(settings.credentials, settings.certificateAuthority);
    this.#library = new OnvifLibrary(settings.url, settings.credentials, (url, envelope) => this.#carry(url, envelope));
    this.#assumeOffset(0);
  }

  /** Camera clock minus ours, milliseconds, as last measured. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  /** Where the camera takes events subscriptions, once open and when it has such a service. */
  get eventsUrl(): URL | undefined {
    return this.#eventsUrl;
  }

  /** Where pictures come from, once open. */
  get snapshotUrl(): URL | undefined {
    return this.#snapshotUrl;
  }

  /**
   * Finds the camera's clock, services and snapshot address. Rejects with DEVICE_OFFLINE, DEVICE_TIMEOUT, DEVICE_AUTH
   * or DEVICE_PROTOCOL.
   */
  async open(): Promise<void> {
    await this.measureClock();
    await this.#findServices();
    const token = await this.#profileToken();
    const { xml } = await this.#call<unknown>((done) => this.#library.getSnapshotUri({ profileToken: token }, done));
    const response = required(readEnvelope(xml), this.#mediaNamespace(), "GetSnapshotUriResponse");
    const uri = child(response, NS.media2, "Uri") ?? child(child(response, NS.media, "MediaUri"), NS.schema, "Uri");
    if (uri === undefined || uri.text === "")
      throw new LaneError("DEVICE_PROTOCOL", "the camera names no snapshot address");
    this.#snapshotUrl = pinned(this.#settings.url, uri.text);
    const events = this.#library.uri?.["events"]?.href;
    this.#eventsUrl = events === undefined ? undefined : new URL(events);
  }

  /**
   * Where the camera's video is found, for people and recorders: an rtsp or rtsps address on the configured machine,
   * without a log-in in it. Rejects as `open` does. Only once open.
   */
  async streamUrl(): Promise<URL> {
    const options = { protocol: "RTSP", profileToken: await this.#profileToken() };
    const { xml } = await this.#call<unknown>((done) => this.#library.getStreamUri(options, done));
    const response = required(readEnvelope(xml), this.#mediaNamespace(), "GetStreamUriResponse");
    const uri = child(response, NS.media2, "Uri") ?? child(child(response, NS.media, "MediaUri"), NS.schema, "Uri");
    return pinnedStream(this.#settings.url, uri?.text ?? "");
  }

  /**
   * Asks the camera's time: the cheapest sign of life, and what log-ins are stamped with, so that a camera whose clock
   * is wrong still lets us in.
   */
  async measureClock(): Promise<void> {
    const { value } = await this.#call<Date>((done) => this.#library.getSystemDateAndTime(done));
    const ours = this.#settings.utc();
    const camera = value?.getTime() ?? Number.NaN;
    if (Number.isNaN(camera)) throw new LaneError("DEVICE_PROTOCOL", "the camera does not tell the time");
    this.#assumeOffset(camera - ours);
  }

  /** One SOAP request of our own composition, logged in. Resolves with the answer's body. */
  async ask(url: URL, message: SoapMessage, limits: AskLimits = {}): Promise<XmlElement> {
    const header =
      `${this.#library._envelopeHeader(true)}<a:Action>${message.action}</a:Action>` +
      `<a:MessageID>urn:uuid:${crypto.randomUUID()}</a:MessageID><a:To>${escapeXml(url.href)}</a:To>` +
      `${message.header ?? ""}</s:Header>`;
    const envelope = `${header}<s:Body>${message.body}${this.#library._envelopeFooter()}`;
    return readEnvelope(await this.#post(url, message.action, envelope, limits));
  }

  /** The snapshot address, asked once. Rejects as CameraHttp does, with IMAGE_TOO_LARGE above `maxBytes`. */
  fetchPicture(url: URL, maxBytes: number, timeoutMs: number): Promise<HttpReply> {
    const headers = { accept: "image/jpeg" };
    return this.#http.send({ url, method: "GET", headers, timeoutMs, maxBytes, oversize: "IMAGE_TOO_LARGE" });
  }

  /** Address given by the camera, on the configured machine. */
  pinned(address: string): URL {
    return pinned(this.#settings.url, address);
  }

  /** Ends every exchange under way; they reject with DEVICE_OFFLINE. */
  close(): void {
    this.#http.close();
  }

  /** The library would keep its first measurement for ever. It counts from the start of the process. */
  #assumeOffset(offsetMs: number): void {
    this.#clockOffsetMs = offsetMs;
    this.#library.timeShift = this.#settings.utc() + offsetMs - process.uptime() * 1000;
  }

  async #findServices(): Promise<void> {
    try {
      await this.#call((done) => this.#library.getServices(false, done));
    } catch (error) {
      // GetServices came with ONVIF 2.1; older cameras answer it with a fault.
      if (asLaneError(error).code !== "DEVICE_PROTOCOL") throw error;
      await this.#call((done) => this.#library.getCapabilities(done));
    }
    const services = this.#library.uri;
    if (services?.media === undefined && services?.media2 === undefined) {
      throw new LaneError("DEVICE_PROTOCOL", "the camera has no media service");
    }
    // Media 1 gives all we need, and some cameras announce a Media 2 that does not work.
    if (services.media !== undefined) this.#library.media2Support = false;
  }

  /** Read from the XML: the library turns tokens that look like numbers into numbers, and "010" into "10". */
  async #profileToken(): Promise<string> {
    const { xml } = await this.#call<unknown>((done) => this.#library.getProfiles(done));
    const namespace = this.#mediaNamespace();
    const response = required(readEnvelope(xml), namespace, "GetProfilesResponse");
    const token = childrenNamed(response, namespace, "Profiles")[0]?.attributes.get("token");
    if (token === undefined) throw new LaneError("DEVICE_PROTOCOL", "the camera has no media profile");
    return escapeXml(token);
  }

  #mediaNamespace(): string {
    return this.#library.media2Support === true ? NS.media2 : NS.media;
  }

  #call<T>(invoke: (done: (error: Error | null, value?: T, xml?: string) => void) => void) {
    // Twice: the library may ask the time a second time, logged in.
    return this.#library.call<T>(this.#settings.timeoutMs * 2 + 1000, invoke);
  }

  async #carry(url: URL, envelope: string): Promise<string> {
    const xml = await this.#post(url, actionOf(envelope), envelope);
    readEnvelope(xml);
    // The library's reader strips namespace declarations with a pattern whose time grows with the square of this.
    if (/xmlns[^=]{65}/.test(xml)) throw new LaneError("DEVICE_PROTOCOL", "the camera's XML is refused: namespaces");
    return xml;
  }

  async #post(url: URL, action: string, body: string, limits: AskLimits = {}): Promise<string> {
    const headers = { "content-type": `application/soap+xml; charset=utf-8; action="${action}"` };
    const bounds = { timeoutMs: this.#settings.timeoutMs, maxBytes: XML_LIMIT, oversize: "DEVICE_PROTOCOL" } as const;
    const reply = await this.#http.send({ url, method: "POST", headers, body, ...bounds, ...limits });
    // SOAP faults come with status 400 or 500 and are read as such; pages of a web server are not.
    if (reply.status !== 200 && !String(reply.headers["content-type"]).includes("xml")) {
      throw new LaneError("DEVICE_PROTOCOL", `the camera answers with HTTP status ${reply.status}`);
    }
    return reply.body.toString("utf8");
  }
}

/** Namespace and name of what the body asks, as ONVIF's WSDL files name actions. */
function actionOf(envelope: string): string {
  const [, content = ""] = /<s:Body[^>]*>\s*(<[^>]*>)/.exec(envelope) ?? [];
  const [, namespace = ""] = /xmlns="([^"]*)"/.exec(content) ?? [];
  const [, tag = ""] = /^<([^\s/>]+)/.exec(content) ?? [];
  return `${namespace}/${splitName(tag)[1]}`;
}
