import pc from "picocolors";
import type { DecisionRecord } from "#contract/decision";
import { classifyPlate } from "#contract/identifiers";
import type { JournalEntry } from "#contract/journal";
import { mendText } from "#lanes/decision/mends";
import type { LaneEvent } from "#lanes/passage/model";

type EventData<T extends LaneEvent["type"]> = Omit<Extract<LaneEvent, { type: T }>, "at" | "utc">;

/** One line for people about one journal entry, or null when it says nothing new to somebody watching. */
export function narrate(entry: JournalEntry): string | null {
  const data = entry.data as Record<string, unknown>;
  switch (entry.type) {
    case "passage.opened":
      return line("arrival loop", "a vehicle arrives, the entry light turns red");
    case "read.image":
      return readings(data["event"] as EventData<"capture-result">);
    case "read.failed": {
      const event = data["event"] as EventData<"capture-failed">;
      return line(event.camera, pc.yellow(`no reading: ${event.detail}`));
    }
    case "read.plate": {
      const event = data["event"] as EventData<"plate-seen">;
      return line(event.device, `the camera itself reads ${pc.bold(event.plate)}${sure(event.confidence)}`);
    }
    case "id.seen": {
      const event = data["event"] as EventData<"id-seen">;
      return line(event.device, `${event.kind} ${pc.bold(event.id)}`);
    }
    case "vehicle.link":
      return vehicle(data);
    case "scale.weighed": {
      const event = data["event"] as EventData<"weight-settled">;
      return line("weighbridge", `${pc.bold(kg(event.grossKg))} gross, spread ${kg(event.spreadKg)}`);
    }
    case "decision.made":
      return decision(data as unknown as DecisionRecord);
    case "decision.revoked":
      return line("lane", pc.yellow(`decision taken back: ${String(data["reason"])}`));
    case "barrier.outcome":
      return data["outcome"] === "done"
        ? line("boom", `${data["command"] === "raise-boom" ? "open" : "closed"}, read back from its limit switch`)
        : line("boom", pc.yellow(`${String(data["command"])}: ${String(data["how"])}`));
    case "barrier.fault":
      return line("boom", pc.red(`fault ${String(data["code"])}`));
    case "clearance.consumed":
      return line("clearance", `${String(data["clearance"])} is used up`);
    case "link.down":
      return line("link", pc.yellow("operations cannot be reached; the lane goes on with its own list"));
    case "link.up":
      return line("link", "connected to operations");
    case "security.rejected":
      return line("security", pc.yellow(`refused ${String(data["source"])}: ${String(data["detail"])}`));
    default:
      return null;
  }
}

function readings(event: EventData<"capture-result">): string {
  if (event.readings.length === 0) return line(event.camera, pc.dim("a picture in which nothing can be read"));
  const texts = event.readings.map((one) => {
    const check = one.kind === "container" ? `, check digit ${one.check === "verified" ? "right" : "not read"}` : "";
    const trailer = one.kind === "plate" && classifyPlate(one.text)?.kind === "trailer" ? "trailer " : "";
    return `${trailer}${one.kind} ${pc.bold(one.text)}${sure(one.confidence)}${check}`;
  });
  return line(event.camera, `${texts.join("; ")} ${pc.dim(`${Math.round(event.elapsedMs)} ms`)}`);
}

/** What a vehicle without a driver says, and what it is told. */
function vehicle(data: Readonly<Record<string, unknown>>): string | null {
  const event = data["event"] as Readonly<Record<"device" | "vehicle" | "type", string>> | undefined;
  if (event !== undefined) return line(event.device, `${event.vehicle} ${event.type.replace("vehicle-", "has ")}`);
  const answer = data["answer"];
  return answer === undefined ? null : line(String(data["device"]), `${String(data["vehicle"])} is ${String(answer)}`);
}

function decision(record: DecisionRecord): string {
  const paint = record.verdict === "PASS" ? pc.green : record.verdict === "BLOCK" ? pc.red : pc.yellow;
  const failed = record.rules.find((rule) => rule.id === record.decidingRule);
  const why =
    failed === undefined
      ? `every rule holds, clearance ${record.clearance?.id ?? "?"}`
      : `${failed.id}: ${failed.detail}`;
  const offline = record.input.link === "offline" ? pc.cyan(" decided offline") : "";
  const lines = [line(paint(pc.bold(record.verdict)), `${record.reason} - ${why}${offline}`)];
  const [mend] = record.wouldOpen;
  if (mend !== undefined) lines.push(line("", pc.dim(`would open when ${mendText(mend, "en")}`)));
  return lines.join("\n");
}

const LABEL_WIDTH = 13;

function line(label: string, text: string): string {
  // Colour codes take no room on the screen.
  const visible = label.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "").length;
  return `    ${label}${" ".repeat(Math.max(1, LABEL_WIDTH - visible))}${text}`;
}

const sure = (confidence: number | undefined): string =>
  confidence === undefined ? "" : ` (${(confidence * 100).toFixed(1)}%)`;

const kg = (value: number): string => `${Math.round(value).toLocaleString("en-GB").replaceAll(",", " ")} kg`;
