import type { FaultCode } from "#contract/device";
import { type ErrorCode, LaneError, messageOf } from "#contract/errors";

/** Signs in the library's messages, first match wins; it has no error types. Status codes: OPC 10000-6, annex A.2. */
const SIGNS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/BadUserAccessDenied|BadIdentityToken|BadUserSignature/i, "DEVICE_AUTH"],
  [/BadCertificate|BadSecurityChecksFailed|BadSecurityPolicyRejected|BadSecurityModeRejected/i, "DEVICE_AUTH"],
  [/cannot find (an )?endpoint/i, "DEVICE_AUTH"],
  [/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|ECONNABORTED/, "DEVICE_OFFLINE"],
  [/ETIMEDOUT|timed? ?out|BadTimeout|BadRequestTimeout/i, "DEVICE_TIMEOUT"],
  [/BadTcp|BadDecoding|BadEncoding|invalid (message|chunk)|signature|decrypt|expecting/i, "DEVICE_PROTOCOL"],
  [/socket|connection.*(closed|lost|break|broken|aborted)|disconnect|BadConnectionClosed/i, "DEVICE_OFFLINE"],
  [/BadSessionClosed|BadSessionIdInvalid|BadSecureChannel|BadServerHalted|BadShutdown/i, "DEVICE_OFFLINE"],
  [/Bad[A-Z]\w+/, "DEVICE_EXCEPTION"],
];
const LONGEST_DETAIL = 300;

/** What the library threw, as one of ours. */
export function asLaneError(error: unknown, what: string): LaneError {
  if (error instanceof LaneError) return error;
  const message = oneLine(messageOf(error));
  const code = SIGNS.find(([sign]) => sign.test(message))?.[1] ?? "DEVICE_PROTOCOL";
  return new LaneError(code, `${what}: ${message}`, { cause: error });
}

/** Text of a server or of the library, on one printable line of bounded length. */
export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[^\x20-\x7e]/g, "?")
    .trim()
    .slice(0, LONGEST_DETAIL);
}

const FAULT_OF_ERROR: Partial<Record<ErrorCode, FaultCode>> = {
  DEVICE_OFFLINE: "OFFLINE",
  DEVICE_TIMEOUT: "TIMEOUT",
  DEVICE_EXCEPTION: "EXCEPTION",
  DEVICE_AUTH: "AUTH",
};

/** The fault that an error of this transport stands for. */
export function faultOf({ code }: LaneError): FaultCode {
  return FAULT_OF_ERROR[code] ?? "PROTOCOL";
}
