import { LaneError } from "#contract/errors";
import { type Credentials, DigestAuthority } from "./digest.ts";
import { BoundedHttp, type HttpReply, type HttpRequest } from "./http.ts";

/** HTTP with digest authentication towards one camera. */
export class CameraHttp {
  readonly #http: BoundedHttp;
  readonly #digest: DigestAuthority;

  constructor(credentials: Credentials, certificateAuthority?: string) {
    this.#http = new BoundedHttp(certificateAuthority);
    this.#digest = new DigestAuthority(credentials);
  }

  /**
   * Sends, answers a digest challenge once, and resolves with whatever came that is not a 401. The time limit covers
   * both round trips. Rejects as BoundedHttp does, and with DEVICE_AUTH.
   */
  async send(request: HttpRequest): Promise<HttpReply> {
    const started = performance.now();
    const first = await this.#http.send(this.#authorised(request));
    if (first.status !== 401) return allowed(first);
    if (!this.#digest.accept(first.rawHeaders)) {
      throw new LaneError("DEVICE_AUTH", "the camera asks for a log-in other than digest (MD5 or SHA-256)");
    }
    const timeoutMs = Math.max(1, request.timeoutMs - (performance.now() - started));
    const second = await this.#http.send({ ...this.#authorised(request), timeoutMs });
    if (second.status === 401) throw new LaneError("DEVICE_AUTH", "the camera refuses our user name or password");
    return allowed(second);
  }

  /** Ends every exchange under way. */
  close(): void {
    this.#http.close();
  }

  #authorised(request: HttpRequest): HttpRequest {
    const authorization = this.#digest.header(request.method, request.url);
    return authorization === undefined ? request : { ...request, headers: { ...request.headers, authorization } };
  }
}

/** 403 is what cameras say to a user without the right, or one they have locked out for a while. */
function allowed(reply: HttpReply): HttpReply {
  if (reply.status === 403)
    throw new LaneError("DEVICE_AUTH", "the camera forbids it to our user, or has locked us out");
  return reply;
}
