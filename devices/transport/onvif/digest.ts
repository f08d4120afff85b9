import onvif from "onvif";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Longest challenge read, characters. */
const CHALLENGE_LIMIT = 2048;
const SUPPORTED = new Set(["", "MD5", "SHA-256"]);

/**
 * Answers to HTTP digest challenges (RFC 7616; MD5 and SHA-256, qop auth). The arithmetic is the library's; here
 * challenges are chosen and put into the one form it reads, and the last one is kept so that most requests need one
 * round trip only. Basic authentication is never answered: it would show the password to the whole lane network.
 */
export class DigestAuthority {
  readonly #credentials: Credentials;
  #current: { readonly calculator: InstanceType<typeof onvif.Cam>; readonly challenge: string } | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The Authorization header for one request, or undefined before the first challenge. */
  header(method: string, url: URL): string | undefined {
    if (this.#current === undefined) return undefined;
    const { calculator, challenge } = this.#current;
    return calculator.digestAuth([challenge], { method, path: url.pathname + url.search });
  }

  /** Takes the challenges of a 401 answer. Returns false when none of them can be answered. */
  accept(rawHeaders: readonly string[]): boolean {
    this.#current = undefined;
    const usable = digestChallenges(rawHeaders).flatMap((challenge) => normalised(challenge) ?? []);
    const challenge = usable.find((text) => text.includes("algorithm=SHA-256")) ?? usable[0];
    if (challenge === undefined) return false;
    // A calculator for each challenge: the request counter (nc) has to start again with every nonce.
    const calculator = new onvif.Cam({ hostname: "camera", autoconnect: false, ...this.#credentials });
    this.#current = { calculator, challenge };
    return true;
  }
}

function digestChallenges(rawHeaders: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] ?? "";
    if (rawHeaders[i]?.toLowerCase() === "www-authenticate" && /^digest /i.test(value)) found.push(value.slice(7));
  }
  return found;
}

/** The challenge with only what the calculation needs, or undefined when its algorithm or qop is not one of ours. */
function normalised(challenge: string): string | undefined {
  if (challenge.length > CHALLENGE_LIMIT) return undefined;
  const given = new Map<string, string>();
  for (const [, name = "", quoted, bare] of challenge.matchAll(/([a-z0-9-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)) {
    given.set(name.toLowerCase(), quoted ?? bare ?? "");
  }
  const realm = given.get("realm");
  const nonce = given.get("nonce");
  const algorithm = given.get("algorithm")?.toUpperCase() ?? "";
  const qop = given
    .get("qop")
    ?.toLowerCase()
    .split(/[\s,]+/);
  if (realm === undefined || nonce === undefined || !SUPPORTED.has(algorithm)) return undefined;
  if (qop !== undefined && !qop.includes("auth")) return undefined;
  const parts = [`realm="${realm}"`, `nonce="${nonce}"`];
  if (algorithm !== "") parts.push(`algorithm=${algorithm}`);
  if (qop !== undefined) parts.push('qop="auth"');
  const opaque = given.get("opaque");
  if (opaque !== undefined) parts.push(`opaque="${opaque}"`);
  return `Digest ${parts.join(",")}`;
}
