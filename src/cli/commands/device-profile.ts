import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { messageOf } from "#contract/errors";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import type { ProfileFamily, ProfileReport } from "../profiles/families.ts";
import { type Output, shown } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";

/** `lanectl device new` and `lanectl device profile`: a new product of a kind that is already there. Needs no daemon. */
export function addDeviceProfile(device: Command, output: Output): void {
  addNew(device, output);
  const profile = device
    .command("profile")
    .description("data files about single products: register maps, frames, I/O maps");
  withExamples(profile, [
    ["lanectl device profile list", "every product that is known"],
    ["lanectl device profile check acme-w1.json", "whether a new one may be used"],
  ]);
  addList(profile, output);
  addCheck(profile, output);
}

function addNew(device: Command, output: Output): void {
  const command = device
    .command("new")
    .description("begin a profile for a new product: a valid file, marked where it is to be filled in")
    .argument("<class>", "weighbridge or gate")
    .argument("<family>", "what it speaks: modbus, ascii, opcua")
    .argument("<name>", "of the product, as the lane file will call it: lower case, digits, hyphens")
    .option("-o, --output <file>", "file to write, named as the product (else in the folder of its family)");
  withExamples(command, [
    ["lanectl device new weighbridge modbus acme-w1", "an indicator with registers"],
    ["lanectl device new weighbridge ascii acme-w1 -o ./acme-w1.json", "one that sends text, to a file of your choice"],
    ["lanectl device new gate modbus acme-barrier", "a gate PLC"],
  ]).action(async (deviceClass: string, familyName: string, name: string, options: { readonly output?: string }) => {
    const { show } = await contextOf(command, output);
    const { familyNamed, folderOf, skeleton } = await import("../profiles/families.ts");
    const family = familyNamed(deviceClass, familyName);
    const file = options.output ?? join(folderOf(family), `${name}.json`);
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name) || basename(file) !== `${name}.json`) {
      const detail = "a name has lower case letters, digits and hyphens, and its file is called <name>.json";
      throw new CommandFailure(EXIT.usage, "USAGE", detail);
    }
    write(file, await skeleton(family, name));
    show({ file, class: family.class, family: family.family, todo: family.todo }, () => newText(file, family));
  });
}

function write(file: string, profile: object): void {
  try {
    writeFileSync(file, `${JSON.stringify(profile, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    const why = existsSync(file) ? "it exists already and is left alone" : messageOf(error);
    throw new CommandFailure(EXIT.usage, "FILE_EXISTS", `${shown(file)}: ${why}`);
  }
}

const newText = (file: string, { what, todo }: ProfileFamily): string =>
  [
    `${shown(file)}: a ${what}, to be filled in from the manual and from nowhere else\n`,
    ...todo.map((one) => `  - ${one}\n`),
    `then: lanectl device profile check ${shown(file)}\n`,
  ].join("");

function addList(profile: Command, output: Output): void {
  const list = profile.command("list").description("every product that is known");
  withExamples(list, [["lanectl device profile list", "class, family, name and what it is"]]).action(async () => {
    const { show } = await contextOf(list, output);
    const { allProfiles } = await import("../profiles/families.ts");
    show(await allProfiles(), (found) =>
      table(found.map((one) => [one.class, one.family, output.colours.bold(one.name), shown(one.summary)])),
    );
  });
}

function addCheck(profile: Command, output: Output): void {
  const check = profile
    .command("check")
    .description("check a profile file: its form, what contradicts itself, and what is still to be filled in")
    .argument("<file>", "named as the profile calls itself")
    .option("--class <class>", "weighbridge or gate (else by the file's folder or its fields)")
    .option("--family <family>", "modbus, ascii or opcua; together with --class");
  withExamples(check, [
    [
      "lanectl device profile check devices/weighbridge/modbus/profiles/acme-w1.json",
      "exit code 0 when it may be used",
    ],
    ["lanectl device profile check acme-w1.json --class weighbridge --family modbus --json", "for a script"],
  ]).action(async (file: string, options: { readonly class?: string; readonly family?: string }) => {
    const { show } = await contextOf(check, output);
    const { checkProfileFile, familyNamed } = await import("../profiles/families.ts");
    const named =
      options.class === undefined && options.family === undefined
        ? undefined
        : familyNamed(options.class ?? "", options.family ?? "");
    const report = await checkProfileFile(file, named);
    show(report, (found) => reportText(found, output));
    if (!report.ok) throw new NegativeAnswer(EXIT.negative);
  });
}

function reportText(report: ProfileReport, { colours }: Output): string {
  const { ok, file, name, problems, unverified } = report;
  const head = ok
    ? `${colours.green("good")}: ${shown(file)} is the ${shown(report.class)} ${shown(report.family)} profile ${shown(name)}\n`
    : `${colours.red("not good")}: ${shown(file)}\n`;
  const list = problems.map((one) => `  ${shown(one)}\n`).join("");
  const open =
    unverified.length === 0 ? "" : `  to be verified at commissioning: ${unverified.map(shown).join(", ")}\n`;
  return `${head}${list}${open}`;
}
