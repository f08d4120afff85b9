import type { Command } from "commander";
import type { IncidentList } from "#edge/api/incident-routes";
import type { Incident } from "#store/incident-register";
import { type CommandContext, contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { writeNewFile } from "../new-file.ts";
import { incidentsText, incidentText, noticeText } from "../terminal/incident-text.ts";
import { type Output, shown } from "../terminal/output.ts";

/** Outages of operations, as the register of incidents has them. */
export function addIncident(program: Command, output: Output): void {
  const incident = program.command("incident").description("outages of operations, and the notice that customs gets");
  withExamples(incident, [
    ["lanectl incident list", "the register"],
    ["lanectl incident export last -o notice.txt --confirmed-by HQ-0017", "the notice to the customs branch"],
  ]);
  addList(incident, output);
  addShow(incident, output);
  addExport(incident, output);
}

function addList(incident: Command, output: Output): void {
  const list = incident.command("list").description("every incident, the newest first");
  withExamples(list, [["lanectl incident list --json", "for the register's copy"]]).action(async () => {
    const context = await contextOf(list, output);
    context.show(await register(context), (answer) => incidentsText(answer, output.colours));
  });
}

function addShow(incident: Command, output: Output): void {
  const one = incident.command("show").description("one incident").argument("<incident>", "its number, or last");
  withExamples(one, [["lanectl incident show last", "the one that goes on, or was the last"]]).action(
    async (id: string) => {
      const context = await contextOf(one, output);
      context.show(find(await register(context), id), (found) => incidentText(found, output.colours));
    },
  );
}

interface ExportOptions {
  readonly output?: string;
  readonly confirmedBy?: string;
}

function addExport(incident: Command, output: Output): void {
  const command = incident
    .command("export")
    .description("the notice to the customs branch, in Vietnamese, with the fields of the register (form 35)")
    .argument("<incident>", "its number, or last")
    .option("-o, --output <file>", "file to write; it must not exist yet")
    .option("--confirmed-by <who>", "who confirms it");
  withExamples(command, [
    ["lanectl incident export last", "show it"],
    ["lanectl incident export last -o notice.txt --confirmed-by HQ-0017", "write it, to be signed and sent"],
  ]).action(async (id: string, options: ExportOptions) => {
    const context = await contextOf(command, output);
    const answer = await register(context);
    const text = noticeText(find(answer, id), answer.place, options.confirmedBy);
    if (options.output === undefined) return context.show({ notice: text }, ({ notice }) => notice);
    writeNewFile(options.output, text);
    context.show({ file: options.output }, ({ file }) => `${shown(file)} was written\n`);
  });
}

const register = ({ client }: CommandContext): Promise<IncidentList> => client.get<IncidentList>("/incidents");

function find({ incidents }: IncidentList, id: string): Incident {
  const found = id === "last" ? incidents[0] : incidents.find((one) => one.id === id);
  if (found !== undefined) return found;
  const message = id === "last" ? "no incident was registered yet" : `there is no incident ${shown(id)}`;
  throw new CommandFailure(EXIT.negative, "NOT_FOUND", message);
}
