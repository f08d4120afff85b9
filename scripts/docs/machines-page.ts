import { REFUSALS } from "#lanes/passage/refusals";
import { SIGNS } from "#lanes/passage/sign";
import {
  BOOM_TRANSITIONS,
  MODE_TRANSITIONS,
  PASSAGE_TRANSITIONS,
  SCALE_TRANSITIONS,
  type Transition,
  ZONE_TRANSITIONS,
} from "#lanes/passage/transitions";

const HEAD = `# The four machines of a lane

Generated from \`lanes/passage/transitions.ts\`. A step that goes where no row leads is a defect and stops the lane.
`;

/** The drawings of the machines, for \`lanes/passage/machines.md\`. */
export function machinesPage(): string {
  return [
    HEAD,
    section("Occupancy: a zone", "What one loop or photo-eye says.", ZONE_TRANSITIONS),
    section("Occupancy: the weighbridge", "Whether something stands on the deck.", SCALE_TRANSITIONS),
    section("Boom", "Where its limit switches say that it is, never where a command sent it.", BOOM_TRANSITIONS),
    section("Mode", "Whether the lane may work by itself.", MODE_TRANSITIONS),
    section("Passage", "One vehicle through the lane. Capitals are how it ends.", PASSAGE_TRANSITIONS),
    list("Why an order is not carried out", "code", Object.entries(REFUSALS)),
    list(
      "What the sign says",
      "code",
      Object.entries(SIGNS).map(([code, { en, vi, zh }]) => [code, `${en} / ${vi} / ${zh}`]),
    ),
  ].join("\n");
}

function list(title: string, head: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([code, text]) => `| ${code} | ${text} |`);
  return `## ${title}\n\n${[`| ${head} | text |`, "|---|---|", ...lines].join("\n")}\n`;
}

function section(title: string, about: string, rows: readonly Transition<string>[]): string {
  return `## ${title}\n\n${about}\n\n\`\`\`mermaid\nstateDiagram-v2\n${drawing(rows)}\n\`\`\`\n\n${table(rows)}\n`;
}

/** One arrow for each pair; a table that says the same of a pair twice would be wrong, and its test says so. */
function drawing(rows: readonly Transition<string>[]): string {
  return rows.map(({ from, to, when }) => `  ${state(from)} --> ${state(to)}: ${when}`).join("\n");
}

const state = (name: string) => (name === "new" ? "[*]" : name.replaceAll("-", "_"));

function table(rows: readonly Transition<string>[]): string {
  const lines = rows.map(({ from, to, on, when }) => {
    const events = on === "any" ? "any" : on.map((kind) => `\`${kind}\``).join(", ");
    return `| ${from} | ${to} | ${events} | ${when} |`;
  });
  return ["| from | to | on | when |", "|---|---|---|---|", ...lines].join("\n");
}
