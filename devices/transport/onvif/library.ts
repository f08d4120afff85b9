import onvif from "onvif";
import { parseSOAPString } from "onvif/lib/utils.js";
import { LaneError, messageOf } from "#contract/errors";
import type { Credentials } from "./digest.ts";

/** Carries one SOAP envelope to `url` and resolves with the checked envelope that came back. */
export type Carry = (url: URL, envelope: string) => Promise<string>;

interface LibraryRequest {
  readonly body: string;
  readonly service?: string;
  readonly url?: { readonly href: string };
}
type LibraryCallback = (error: Error | null, body?: unknown, xml?: string, status?: number) => void;
type Invocation<T> = (done: (error: Error | null, value?: T, xml?: string) => void) => void;

/**
 * The `onvif` library with its transport replaced. It composes requests (WS-Security among them), keeps the map of
 * services and the camera's clock offset; the bytes travel through `Carry`, which bounds them and refuses hostile XML
 * before the library's reader sees it. Its own HTTP has no size limit and no overall time limit, and its event loop is
 * not used.
 */
export class OnvifLibrary extends onvif.Cam {
  /** Members that the library has but does not declare. */
  declare _envelopeHeader: (open?: boolean) => string;
  declare _envelopeFooter: () => string;
  readonly #camera: URL;
  readonly #carry: Carry;

  /** @param camera URL of the device service. */
  constructor(camera: URL, credentials: Credentials, carry: Carry) {
    super({
      hostname: camera.hostname,
      port: portOf(camera),
      path: camera.pathname,
      autoconnect: false,
      ...credentials,
    });
    this.#camera = camera;
    this.#carry = carry;
  }

  /**
   * Runs one of the library's calls and resolves with its value and the answer's XML. Rejects with a LaneError; an
   * answer whose shape the library does not understand is DEVICE_PROTOCOL, also when the library never calls back.
   */
  call<T>(timeoutMs: number, invoke: Invocation<T>): Promise<{ readonly value: T | undefined; readonly xml: string }> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new LaneError("DEVICE_PROTOCOL", "the camera's answer was not understood")),
        timeoutMs,
      );
      invoke((error, value, xml) => {
        clearTimeout(timer);
        if (error === null || error === undefined) resolve({ value, xml: xml ?? "" });
        else reject(asLaneError(error));
      });
    });
  }

  /** The library sends every request through here. */
  _request(options: LibraryRequest, callback: LibraryCallback): void {
    const known = options.service === undefined ? undefined : this.uri?.[options.service];
    const url = options.url?.href ?? known?.href ?? this.#camera.href;
    this.#carry(new URL(url), options.body).then(
      (xml) => deliver(xml, callback),
      (error: unknown) => attempt(() => callback(asLaneError(error), undefined, refusalText(error))),
    );
  }

  /** Every address that the camera names passes here: the machine is always the configured one. */
  _parseUrl(address: string): { href: string; hostname: string; port: string; path: string } {
    const { href, hostname, port, pathname, search } = pinned(this.#camera, address);
    return { href, hostname, port, path: pathname + search };
  }
}

/**
 * An address that a camera gave, on the machine that was configured. Same machine: its port and path are taken. Another
 * machine (behind address translation, or a lie): only the path is taken. The scheme stays the configured one, so
 * https never falls back to http.
 */
export function pinned(camera: URL, address: string): URL {
  let given: URL;
  try {
    given = new URL(address, camera);
  } catch {
    throw new LaneError("DEVICE_PROTOCOL", "the camera names an address that is not a URL");
  }
  if (given.protocol !== "http:" && given.protocol !== "https:") {
    throw new LaneError("DEVICE_PROTOCOL", "the camera names an address that is neither http nor https");
  }
  // Through the setters, because a path may begin with two slashes, which alone would read as a machine.
  const url = new URL(camera.origin);
  url.pathname = given.pathname;
  url.search = given.search;
  if (given.hostname === camera.hostname && given.protocol === camera.protocol) url.port = given.port;
  return url;
}

/** An address of video that a camera gave, on the machine that was configured; its port and path are taken. */
export function pinnedStream(camera: URL, address: string): URL {
  if (!/^rtsps?:\/\/[^/]/i.test(address) || !URL.canParse(address)) {
    throw new LaneError("DEVICE_PROTOCOL", "the camera names no address for its video");
  }
  const url = new URL(address);
  url.hostname = camera.hostname;
  // Some cameras put the log-in that was used into the address, and addresses end up in logs.
  url.username = "";
  url.password = "";
  return url;
}

/** Any error as one of ours. */
export function asLaneError(error: unknown): LaneError {
  if (error instanceof LaneError) return error;
  return new LaneError("DEVICE_PROTOCOL", `the camera's answer was not understood: ${messageOf(error)}`, {
    cause: error,
  });
}

function deliver(xml: string, callback: LibraryCallback): void {
  try {
    // The reader hands on what is left without namespaces; callers get the whole.
    parseSOAPString(xml, (error, body) => callback(error, body, xml, 200), 200);
  } catch (error) {
    // The library's own callbacks throw on answers of an unexpected shape; told so, they report it.
    attempt(() => callback(asLaneError(error)));
  }
}

/** The library looks for these words to ask the time once more, logged in, of cameras that tell it to users only. */
function refusalText(error: unknown): string {
  return asLaneError(error).code === "DEVICE_AUTH" ? "unauthorized" : "";
}

/** A callback that throws when told of an error has nothing more to say; `call` then runs out of time. */
function attempt(run: () => void): void {
  try {
    run();
  } catch {
    return;
  }
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}
