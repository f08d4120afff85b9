import { gzipSync } from "node:zlib";
import type { Command } from "commander";
import { isoUtc } from "#contract/units";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { writeNewFile } from "../new-file.ts";
import { jsonText, type Output, shown } from "../terminal/output.ts";

export function addBundle(program: Command, output: Output): void {
  const command = program
    .command("bundle")
    .description("one file for whoever has to help from far away: findings, state, journal and log, without secrets")
    .option("-o, --output <file>", "file to write, JSON packed with gzip (else gatelane-support-<time>.json.gz)");
  withExamples(command, [
    ["lanectl --config lane.yaml bundle", "with or without a running daemon"],
    ["lanectl --config lane.yaml bundle -o help.json.gz && zcat help.json.gz | less", "look at it before it is sent"],
  ])
    .addHelpText("after", NOTES)
    .action(async (options: { readonly output?: string }) => {
      const { config } = command.optsWithGlobals<{ readonly config?: string }>();
      if (config === undefined) {
        throw new CommandFailure(EXIT.usage, "CONFIG_MISSING", "name the lane file: --config <file>");
      }
      const { client, show } = await contextOf(command, output);
      const { collect } = await import("../support/collect.ts");
      const bundle = await collect(config, client);
      const file = options.output ?? `gatelane-support-${isoUtc(Date.now()).replace(/[:.]/g, "-")}.json.gz`;
      const bytes = gzipSync(jsonText(bundle));
      writeNewFile(file, bytes, 0o600);
      show({ file, bytes: bytes.length }, (written) => `${shown(written.file)}: ${written.bytes} bytes\n`);
    });
}

const NOTES = `
Passwords and private keys are taken out wherever they stand. Plates and container numbers of the last vehicles are in
it, so treat it as you treat the journal. No picture is in it.
`;
