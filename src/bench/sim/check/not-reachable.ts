/**
 * What the simulator cannot bring about, each with its reason. An entry that is reached after all is out of date, and a
 * test says so.
 */
export const NOT_REACHABLE: Readonly<Record<string, string>> = {};
