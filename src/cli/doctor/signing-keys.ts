import type { LaneConfig } from "#config/lane-config";
import { keyNews } from "#control/key-watch";
import { type Finding, good, warning, wrong } from "./finding.ts";

/** The keys of operations and of those who give orders: when they end. */
export function signingKeyFindings({ upstream, orders }: LaneConfig, now = Date.now()): readonly Finding[] {
  const area = "signing keys";
  const operations = upstream.trust.map((key) => ({ ...key, signs: "operations" as const }));
  const keys = [...operations, ...orders.keys.map((key) => ({ ...key, signs: "orders" as const }))];
  const news = keyNews(keys, now);
  const ended = new Set(news.filter(({ state }) => state === "ended").map(({ kid }) => kid));
  const findings = news.map(({ kid, signs, state, detail }) => {
    const fix = state === "ended" ? "take it out of the lane file" : "put its successor into the lane file beside it";
    return warning(area, `${kid} of ${signs} ${detail}`, `${fix}, and start laned again`);
  });
  if (operations.every(({ kid }) => ended.has(kid))) {
    const found = "no key of operations holds: acknowledgements and clearances are refused";
    return [...findings, wrong(area, found, "ask operations for their new public key")];
  }
  return findings.length === 0 ? [good(area, `${keys.length}, none ends within 30 days`)] : findings;
}
