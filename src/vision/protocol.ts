import type { Recogniser } from "#contract/device";
import { ERROR_CATALOGUE, type ErrorCode } from "#contract/errors";
import type { Recognition } from "#contract/reading";

/** Messages between the edge process and its recognition child. Small: a picture travels as the name of its file. */

export type RecognitionRequest = Parameters<Recogniser["read"]>[0];

/** parent -> child; one at a time. */
export interface ToVision {
  readonly id: number;
  readonly request: RecognitionRequest;
}

/** child -> parent */
export type FromVision =
  /** The models are loaded; requests are taken. */
  | { readonly type: "ready" }
  /** The child cannot work and ends. */
  | { readonly type: "fatal"; readonly error: VisionError }
  | { readonly type: "read"; readonly id: number; readonly recognition: Recognition; readonly residentBytes: number }
  | { readonly type: "failed"; readonly id: number; readonly error: VisionError; readonly residentBytes: number };

export interface VisionError {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Is this a request? The channel belongs to us, but a child never trusts the shape of what it is sent. */
export function isToVision(message: unknown): message is ToVision {
  if (!isObject(message) || typeof message["id"] !== "number" || !isObject(message["request"])) return false;
  const { jpegPath, sha256, task } = message["request"];
  return typeof jpegPath === "string" && typeof sha256 === "string" && (task === "container" || task === "plate");
}

export function isFromVision(message: unknown): message is FromVision {
  if (!isObject(message)) return false;
  switch (message["type"]) {
    case "ready":
      return true;
    case "fatal":
      return isVisionError(message["error"]);
    case "read":
      return isAnswer(message) && isObject(message["recognition"]);
    case "failed":
      return isAnswer(message) && isVisionError(message["error"]);
    default:
      return false;
  }
}

function isAnswer(message: Readonly<Record<string, unknown>>): boolean {
  return typeof message["id"] === "number" && typeof message["residentBytes"] === "number";
}

function isVisionError(value: unknown): value is VisionError {
  return isObject(value) && typeof value["code"] === "string" && Object.hasOwn(ERROR_CATALOGUE, value["code"]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
