import { createHash, randomBytes } from "node:crypto";
import { NS } from "#devices/transport/onvif/soap";
import { child, type XmlElement } from "#devices/transport/onvif/xml";

export type DigestAlgorithm = "MD5" | "SHA-256";

export interface GatekeeperSettings {
  readonly username: string;
  readonly password: string;
  /** Offered in this order; empty: no HTTP digest. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Whether WS-Security in the envelope is accepted. */
  readonly wsSecurity: boolean;
}

const REALM = "simulated camera";
/** How far the time in a WS-Security log-in may be from the camera's own, milliseconds. */
const LOGIN_WINDOW_MS = 30_000;

/** Checks log-ins as a strict camera does: no nonce twice, counters that grow, times near the camera's clock. */
export class Gatekeeper {
  readonly #settings: GatekeeperSettings;
  /** Highest counter seen for each nonce given out. */
  readonly #issued = new Map<string, number>();
  readonly #usedSecurityNonces = new Set<string>();

  constructor(settings: GatekeeperSettings) {
    this.#settings = settings;
  }

  /** Values for WWW-Authenticate headers, one a header. */
  challenges(): string[] {
    return this.#settings.algorithms.map((algorithm) => {
      const nonce = randomBytes(16).toString("hex");
      this.#issued.set(nonce, 0);
      return `Digest realm="${REALM}", qop="auth-int, auth", nonce="${nonce}", algorithm=${algorithm}, opaque="x,y"`;
    });
  }

  /** Whether an Authorization header fits (RFC 7616). */
  acceptsDigest(header: string | undefined, method: string, uri: string): boolean {
    if (header === undefined || !header.startsWith("Digest ")) return false;
    const given = parameters(header);
    const algorithm = this.#settings.algorithms.find((name) => name === given.get("algorithm"));
    const [nonce = "", counter = ""] = [given.get("nonce"), given.get("nc")];
    const highest = this.#issued.get(nonce);
    if (algorithm === undefined || highest === undefined || given.get("uri") !== uri) return false;
    if (given.get("opaque") !== "x,y" || Number.parseInt(counter, 16) <= highest) return false;
    const hash = (text: string) => createHash(algorithm.replace("-", "")).update(text).digest("hex");
    const secret = hash(`${this.#settings.username}:${REALM}:${this.#settings.password}`);
    const expected = hash(`${secret}:${nonce}:${counter}:${given.get("cnonce")}:auth:${hash(`${method}:${uri}`)}`);
    if (given.get("username") !== this.#settings.username || given.get("response") !== expected) return false;
    this.#issued.set(nonce, Number.parseInt(counter, 16));
    return true;
  }

  /** Whether the WS-Security UsernameToken in a SOAP header fits (password digest, OASIS UsernameToken profile 1.0). */
  acceptsToken(envelope: XmlElement, cameraUtc: number): boolean {
    if (!this.#settings.wsSecurity) return false;
    const security = child(child(envelope, NS.soap, "Header"), NS.security, "Security");
    const token = child(security, NS.security, "UsernameToken");
    const nonce = child(token, NS.security, "Nonce")?.text ?? "";
    const created = child(token, NS.securityUtility, "Created")?.text ?? "";
    if (child(token, NS.security, "Username")?.text !== this.#settings.username) return false;
    if (!(Math.abs(Date.parse(created) - cameraUtc) <= LOGIN_WINDOW_MS) || this.#usedSecurityNonces.has(nonce))
      return false;
    const parts = [Buffer.from(nonce, "base64"), Buffer.from(created + this.#settings.password)];
    const expected = createHash("sha1").update(Buffer.concat(parts)).digest("base64");
    if (child(token, NS.security, "Password")?.text !== expected) return false;
    this.#usedSecurityNonces.add(nonce);
    return true;
  }

  /** What a reboot does. */
  forget(): void {
    this.#issued.clear();
    this.#usedSecurityNonces.clear();
  }
}

function parameters(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", quoted, bare] of header.matchAll(/([a-z]+)=(?:"([^"]*)"|([^\s,"]+))/g)) {
    found.set(name, quoted ?? bare ?? "");
  }
  return found;
}
