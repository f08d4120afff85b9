import { LaneError } from "#contract/errors";

/**
 * Node ids as they stand in a profile: `ns=3;s=...`, or `nsu=http://vendor/plc;s=...` with the URI of the namespace.
 * Only the second survives a server whose namespaces change places when it is set up anew (OPC 10000-3, 8.2.2).
 */
export const NODE_ID_PATTERN = "^(?:(?:ns=[0-9]{1,5}|nsu=[^;\\s]{1,200});)?[isgb]=\\S.{0,250}$";

/** `text` with the index of its namespace at this server. Throws LaneError DEVICE_EXCEPTION for an unknown one. */
export function withNamespaceIndex(text: string, namespaces: readonly string[]): string {
  const named = /^nsu=([^;]+);(.+)$/s.exec(text);
  if (named === null) return text;
  const [, uri = "", identifier = ""] = named;
  const index = namespaces.indexOf(uri);
  if (index < 0) throw new LaneError("DEVICE_EXCEPTION", `the server has no namespace ${uri}`);
  return `ns=${index};${identifier}`;
}
