import type { ListedClearance } from "#store/clearance-list";
import { type Colours, shown } from "./output.ts";
import { table } from "./table.ts";

/** One row for each clearance. */
export function clearancesText(list: readonly ListedClearance[], colours: Colours): string {
  if (list.length === 0) return "no clearance on the list\n";
  return table(
    list.map((one) => {
      const { id, version, status, vehicle, containers, validTo } = one.clearance;
      return [
        shown(id),
        `v${version}`,
        status === "REVOKED" ? colours.red(status) : shown(status),
        shown(vehicle.tractorPlate),
        shown(containers.map(({ number }) => number).join(" ") || "no container"),
        `until ${shown(validTo)}`,
        stateText(one, colours),
      ];
    }),
  );
}

export function clearanceText(one: ListedClearance, colours: Colours): string {
  const { clearance } = one;
  const facts: readonly (readonly [string, string])[] = [
    ["version", `${clearance.version}, issued ${clearance.issuedAt} by ${clearance.source}`],
    ["declaration", `${clearance.declarationNo}, ${clearance.direction}, ${clearance.moveType}`],
    ["status", `${clearance.status}, channel ${clearance.channel}`],
    ["valid", `${clearance.validFrom} to ${clearance.validTo}`],
    ["vehicle", [clearance.vehicle.tractorPlate, clearance.vehicle.trailerPlate].filter(Boolean).join(", trailer ")],
    ["containers", clearance.containers.map(({ number }) => number).join(", ") || "none"],
    [
      "released by",
      Object.entries(clearance.authorities)
        .flatMap(([name, yes]) => (yes ? [name] : []))
        .join(", ") || "nobody",
    ],
    ["holds", clearance.holds.map(({ kind, by, since }) => `${kind} by ${by} since ${since}`).join("; ") || "none"],
    ["used", useText(one)],
  ];
  const rows = facts.map(([name, value]) => [`  ${name}`, shown(value)]);
  return `${colours.bold(shown(clearance.id))}  ${stateText(one, colours)}\n${table(rows)}`;
}

function stateText(one: ListedClearance, colours: Colours): string {
  const { holds } = one.clearance;
  if (holds.some(({ kind }) => kind === "SUSPENDED")) return colours.red("SUSPENDED");
  if (one.consumption !== "none") return colours.yellow(one.consumption);
  if (one.elsewhere.length > 0) return colours.yellow(`${shown(one.elsewhere[0]?.use)} elsewhere`);
  return holds.length > 0 ? colours.yellow(holds.map(({ kind }) => kind).join(" ")) : colours.green("free");
}

function useText({ consumption, passage, elsewhere }: ListedClearance): string {
  const own = consumption === "none" ? [] : [`${consumption} by passage ${passage ?? "?"}`];
  return [...own, ...elsewhere.map(({ by, use }) => `${use} by ${by}`)].join("; ") || "no";
}
