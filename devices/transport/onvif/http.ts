import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { type ErrorCode, LaneError } from "#contract/errors";

// An import of node:http would load its WebSocket client as well, 8 MB of memory that nobody here needs.
const http = process.getBuiltinModule("node:http");

/** One question to a camera. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time for everything: connecting, asking and the last byte of the answer. Milliseconds. */
  readonly timeoutMs: number;
  /** Largest body accepted, bytes. */
  readonly maxBytes: number;
  /** Error when the body is larger. */
  readonly oversize: Extract<ErrorCode, "DEVICE_PROTOCOL" | "IMAGE_TOO_LARGE">;
  /** Ends the exchange with DEVICE_OFFLINE. */
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Names and values in turn, as received: a repeated header stays two. */
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * HTTP towards one camera with bounds on everything: time, bytes, connections. Redirects are refused, because a camera
 * has no business sending us to another machine. Connections are not kept: after a camera reboots, a kept one is dead.
 */
export class BoundedHttp {
  readonly #agents: { readonly http: InstanceType<typeof http.Agent>; readonly https: HttpsAgent };
  readonly #cancels = new Set<() => void>();
  #closed = false;

  /** @param certificateAuthority PEM of what signs the camera's certificate, for cameras that sign their own. */
  constructor(certificateAuthority?: string) {
    const common = { keepAlive: false, maxSockets: 6 };
    const trust = certificateAuthority === undefined ? {} : { ca: certificateAuthority };
    this.#agents = { http: new http.Agent(common), https: new HttpsAgent({ ...common, ...trust }) };
  }

  /**
   * Rejects with DEVICE_OFFLINE (no connection, or lost in the middle of the answer), DEVICE_TIMEOUT (connected, no
   * complete answer in time), DEVICE_PROTOCOL (not HTTP, a redirect) or the error that the request names for oversize.
   */
  send(request: HttpRequest): Promise<HttpReply> {
    if (this.#closed) return Promise.reject(new LaneError("DEVICE_OFFLINE", "the connection was closed by us"));
    return new Promise((resolve, reject) => {
      const outgoing = this.#open(request);
      const exchange = new Exchange(outgoing, request, {
        resolve,
        reject,
        ended: () => {
          this.#cancels.delete(exchange.cancel);
          request.signal?.removeEventListener("abort", exchange.cancel);
        },
      });
      request.signal?.addEventListener("abort", exchange.cancel);
      this.#cancels.add(exchange.cancel);
      exchange.begin();
    });
  }

  /** Ends every exchange under way with DEVICE_OFFLINE and refuses new ones. */
  close(): void {
    this.#closed = true;
    for (const cancel of [...this.#cancels]) cancel();
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  #open({ url, method, headers, body }: HttpRequest): ClientRequest {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length } };
    return url.protocol === "https:"
      ? requestHttps(url, { ...options, agent: this.#agents.https })
      : http.request(url, { ...options, agent: this.#agents.http });
  }
}

interface Settlers {
  resolve(reply: HttpReply): void;
  reject(error: LaneError): void;
  ended(): void;
}

/** One request and its answer; settles exactly once, whatever the socket does afterwards. */
class Exchange {
  readonly cancel = (): void => this.#fail("DEVICE_OFFLINE", "the connection was closed by us");
  readonly #outgoing: ClientRequest;
  readonly #request: HttpRequest;
  readonly #settlers: Settlers;
  readonly #timer: NodeJS.Timeout;
  #connected = false;
  #settled = false;

  constructor(outgoing: ClientRequest, request: HttpRequest, settlers: Settlers) {
    this.#outgoing = outgoing;
    this.#request = request;
    this.#settlers = settlers;
    this.#timer = setTimeout(() => this.#outOfTime(), request.timeoutMs);
  }

  begin(): void {
    this.#outgoing.on("socket", (socket) => {
      socket.once("connect", () => {
        this.#connected = true;
      });
    });
    this.#outgoing.on("error", (error) => this.#broken(error));
    this.#outgoing.on("response", (incoming) => this.#answered(incoming));
    this.#outgoing.end(this.#request.body);
  }

  #answered(incoming: IncomingMessage): void {
    const status = incoming.statusCode ?? 0;
    if (status >= 300 && status < 400) return this.#fail("DEVICE_PROTOCOL", `redirect (${status}) is not followed`);
    const { maxBytes, oversize } = this.#request;
    if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) {
      return this.#fail(oversize, `the answer has more than ${maxBytes} bytes`);
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) return this.#fail(oversize, `the answer has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    });
    incoming.on("error", (error) => this.#broken(error));
    incoming.on("end", () => {
      const { rawHeaders, headers } = incoming;
      if (this.#settle()) this.#settlers.resolve({ status, rawHeaders, headers, body: Buffer.concat(chunks, bytes) });
    });
  }

  #outOfTime(): void {
    const { timeoutMs } = this.#request;
    if (this.#connected) this.#fail("DEVICE_TIMEOUT", `no complete answer within ${timeoutMs} ms`);
    else this.#fail("DEVICE_OFFLINE", `no connection within ${timeoutMs} ms`);
  }

  #broken(error: NodeJS.ErrnoException): void {
    // HPE_...: bytes that are not HTTP. The others: TLS, and a certificate that is not to be trusted.
    const speaksWrongly = /^HPE_|CERT|TLS|SSL|EPROTO/.test(error.code ?? "");
    const code = speaksWrongly ? "DEVICE_PROTOCOL" : "DEVICE_OFFLINE";
    this.#fail(code, error.message === "" ? (error.code ?? "connection failed") : error.message);
  }

  #fail(code: ErrorCode, detail: string): void {
    if (!this.#settle()) return;
    this.#outgoing.destroy();
    this.#settlers.reject(new LaneError(code, detail));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#settlers.ended();
    return true;
  }
}
