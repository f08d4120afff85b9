/**
 * Errors of two kinds. `LaneError` is something that can happen in operation: it carries a code from the catalogue
 * and is handled. `InvariantError` is a defect of ours: the process goes to its safe state and restarts.
 */
export const ERROR_CATALOGUE = {
  CONFIG_INVALID: "The configuration has errors; nothing was started",
  LANE_RUNNING: "The lane is run by another laned already; stop that one first",
  STORE_NOT_DURABLE: "The database did not accept synchronous=FULL; the lane may not run on it",
  STORE_FAILED: "The database could not be opened, read or written",
  STORE_ROLLED_BACK:
    "The database is older than what operations acknowledged; put the newest copy back before the lane runs again",
  STORE_SCHEMA_TOO_NEW: "The database was written by a newer version of Gatelane",
  EVIDENCE_MISSING: "Evidence that was asked for is not there, or not as it was stored",
  DEVICE_TIMEOUT: "The device did not answer in time",
  DEVICE_OFFLINE: "The device cannot be reached",
  DEVICE_PROTOCOL: "The device answered with something its protocol does not allow",
  DEVICE_EXCEPTION: "The device answered with an exception code",
  DEVICE_AUTH: "The device refused our credentials",
  IMAGE_INVALID: "The picture is not a usable JPEG",
  IMAGE_TOO_LARGE: "The picture is larger than the limit",
  MODEL_INVALID: "A model file is missing or its SHA-256 is not the pinned one",
  VISION_TIMEOUT: "Recognition did not finish before its deadline",
  VISION_DOWN: "The recognition process is not running",
  MESSAGE_NOT_JSON: "A message is not JSON",
  MESSAGE_SCHEMA: "A message does not fit its schema",
  MESSAGE_TOO_LARGE: "A message is larger than the limit",
  MESSAGE_UNSIGNED: "A message that must be signed is not, or its signature is bad",
  MESSAGE_KEY_EXPIRED:
    "A message is signed with a key whose time is over, or has not come; see its last day in the lane file",
  MESSAGE_REFUSED: "A message is well-formed but not acceptable here",
  ORDER_EXPIRED: "The order came after its deadline, or its times are not acceptable; check the clocks",
  ORDER_REPLAYED: "The order was sent before, or repeats something that must be used once",
  ORDER_ROLE: "The key that signed the order may not act in this role",
  ORDER_APPROVAL:
    "The second person's approval does not hold: another key, another person and the same order are needed",
  ORDER_UNCONFIRMED: "The order needs its second step: ask for a word first, then give the order with it",
  ORDER_UNRECORDED: "The order could not be written down, so it was not carried out; check the disk",
  ORDER_UNANSWERED: "The lane gave no answer in time; look at its state before anything is asked again",
  API_UNREACHABLE: "The daemon's socket does not answer",
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** An expected failure with its code, and what it was about. The message ends with the code, also in a mangled log. */
export class LaneError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${ERROR_CATALOGUE[code]}: ${detail} (${code})`, options);
    this.name = "LaneError";
    this.code = code;
    this.detail = detail;
  }
}

/** A broken promise of our own code. Never thrown because of input. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "InvariantError";
  }
}

export function isLaneError(error: unknown, code?: ErrorCode): error is LaneError {
  return error instanceof LaneError && (code === undefined || error.code === code);
}

/** For the `default` of an exhaustive switch: a compile error when a case is missing, an InvariantError at run time. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
