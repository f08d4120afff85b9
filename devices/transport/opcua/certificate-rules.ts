import { X509Certificate } from "node:crypto";
import { messageOf } from "#contract/errors";
import { isoUtc, type UtcMs } from "#contract/units";

/** Smallest RSA key accepted, bits (OPC 10000-7, Basic256Sha256: 2048 to 4096). */
export const SMALLEST_RSA_BITS = 2048;
/** Longest subject accepted, characters: what is longer is no name of a machine. */
const LONGEST_SUBJECT = 512;
const REFUSED_SIGNATURES = /md5|sha-?1(?!\d)/i;

/** What the certificate of a server is held against. */
export interface CertificateExpectation {
  readonly utc: UtcMs;
  /** Application URI that the server gives itself; its certificate must name the same (OPC 10000-6, 6.2.2). */
  readonly applicationUri: string;
}

/**
 * Why a server certificate may not be used, whether or not somebody trusts it; undefined when there is nothing against
 * it. One sentence for a technician.
 * @param der the server's own certificate, without the chain behind it.
 */
export function certificateProblem(der: Uint8Array, expected: CertificateExpectation): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(der);
  } catch (error) {
    return `it cannot be read (${messageOf(error)})`;
  }
  return keyProblem(certificate) ?? nameProblem(certificate, expected) ?? timeProblem(certificate, expected.utc);
}

/** SHA-1 thumbprint as 40 lower-case digits: what OPC UA tools show, and the name of the file in the folder. */
export function thumbprintOf(der: Uint8Array): string {
  return new X509Certificate(der).fingerprint.replaceAll(":", "").toLowerCase();
}

/** Who a certificate says it is, on one line, printable. */
export function subjectOf(der: Uint8Array): string {
  const { subject } = new X509Certificate(der);
  return subject
    .replaceAll("\n", ", ")
    .replace(/[^\x20-\x7e]/g, "?")
    .slice(0, LONGEST_SUBJECT);
}

function keyProblem({ publicKey, signatureAlgorithm }: X509Certificate): string | undefined {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  if (publicKey.asymmetricKeyType !== "rsa" || bits === undefined) {
    return `its key is ${publicKey.asymmetricKeyType ?? "unknown"}, and this security policy needs RSA`;
  }
  if (bits < SMALLEST_RSA_BITS) return `its RSA key has ${bits} bits, at least ${SMALLEST_RSA_BITS} are needed`;
  if (signatureAlgorithm === undefined || REFUSED_SIGNATURES.test(signatureAlgorithm)) {
    return `it is signed with ${signatureAlgorithm ?? "an unknown algorithm"}, SHA-256 or better is needed`;
  }
  return undefined;
}

function nameProblem(certificate: X509Certificate, { applicationUri }: CertificateExpectation): string | undefined {
  if (certificate.subject === undefined || certificate.subject.length > LONGEST_SUBJECT) {
    return `its subject is empty or longer than ${LONGEST_SUBJECT} characters`;
  }
  const uris = (certificate.subjectAltName ?? "")
    .split(", ")
    .filter((name) => name.startsWith("URI:"))
    .map((name) => name.slice("URI:".length));
  if (uris.length === 0) return "it does not name the application it belongs to (no URI among its alternative names)";
  if (!uris.includes(applicationUri)) {
    return `it belongs to ${uris.join(" and ")}, and the server calls itself ${applicationUri}`;
  }
  return undefined;
}

function timeProblem({ validFromDate, validToDate }: X509Certificate, utc: UtcMs): string | undefined {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()];
  if (!(from <= to)) return "the dates of its validity make no sense";
  if (utc < from) return `it is valid from ${isoUtc(from)} on, and our clock says ${isoUtc(utc)}: check both clocks`;
  if (utc > to)
    return `it has expired on ${isoUtc(to)}, and our clock says ${isoUtc(utc)}: renew it or check the clock`;
  return undefined;
}
