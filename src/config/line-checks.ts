import type { ConfigIssue } from "./issues.ts";
import type { KeyPath } from "./yaml-document.ts";

type Block = Readonly<Record<string, unknown>>;
type Issue = (path: KeyPath, value: string, expected: string, fix: string) => ConfigIssue;

/** What all devices of one line must have alike, because it is set at the port and not at the device. */
const PORT_SETTINGS = ["baudRate", "dataBits", "parity", "stopBits"] as const;

interface LineDevice {
  readonly id: string;
  readonly options: Block;
}

/**
 * Devices on one serial line. Those that are asked (Modbus RTU, each with a unit id) can share it; one that talks by
 * itself would talk into their answers, and its text would be taken for a broken reply or hide one.
 */
export function lineIssues(devices: readonly LineDevice[], issue: Issue): ConfigIssue[] {
  const lines = new Map<string, LineDevice[]>();
  for (const device of devices) {
    const { line } = device.options;
    if (typeof line !== "string") continue;
    const name = line.toLowerCase().startsWith("tcp://") ? line.toLowerCase() : line;
    lines.set(name, [...(lines.get(name) ?? []), device]);
  }
  return [...lines.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : others.flatMap((other) => pairIssues(first, other, issue)),
  );
}

function pairIssues(first: LineDevice, other: LineDevice, issue: Issue): ConfigIssue[] {
  const [firstAnswers, otherAnswers] = [answers(first), answers(other)];
  if (firstAnswers !== otherAnswers) {
    const [talker, asked] = firstAnswers ? [other, first] : [first, other];
    const found = `on the line of ${asked.id}, which answers by Modbus RTU, and talks by itself`;
    return [issue(["devices", talker.id, "line"], found, "a line of its own", "put it on another port")];
  }
  // Two that talk by themselves are at one address, and reported as that.
  if (!firstAnswers) return [];
  return PORT_SETTINGS.filter((name) => first.options[name] !== other.options[name]).map((name) => {
    const [found, wanted] = [other.options[name], first.options[name]].map(
      (value) => JSON.stringify(value) ?? "absent",
    );
    const expected = `${wanted} as ${first.id} has it on the same line`;
    return issue(["devices", other.id, name], `${found}`, expected, "give all devices of a line the same settings");
  });
}

/** A unit id is for those who are asked by it. */
const answers = ({ options }: LineDevice): boolean => typeof options["unit"] === "number";
