/** One thing that was looked at. */
export interface Finding {
  readonly area: string;
  readonly outcome: "good" | "warning" | "wrong" | "unknown";
  readonly found: string;
  /** What to do; null when nothing is to be done. */
  readonly fix: string | null;
}

export const good = (area: string, found: string): Finding => ({ area, outcome: "good", found, fix: null });
export const warning = (area: string, found: string, fix: string): Finding => ({
  area,
  outcome: "warning",
  found,
  fix,
});
export const wrong = (area: string, found: string, fix: string): Finding => ({ area, outcome: "wrong", found, fix });
/** It could not be found out, which is no reason to stop a lane. */
export const unknown = (area: string, found: string, fix: string): Finding => ({
  area,
  outcome: "unknown",
  found,
  fix,
});
