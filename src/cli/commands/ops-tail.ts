import type { Command } from "commander";
import { withExamples } from "../examples.ts";
import { EXIT, NegativeAnswer } from "../exit.ts";
import { namedFile, namedFiles } from "../named-file.ts";
import { wholeNumber } from "../numbers.ts";
import type { Output } from "../terminal/output.ts";
import type { OpsTailOptions } from "./ops-tail-run.ts";

export function addOpsTail(program: Command, output: Output): void {
  const tail = program
    .command("ops-tail")
    .description("what central operations receive from the lanes of a site, each entry checked; needs no daemon")
    .requiredOption("--url <url>", "the broker, mqtts://host:8883")
    .requiredOption("--site <site>", "the site whose lanes are followed")
    .option("--trust-key <kid=file>", "check acknowledgements against this public key; may be repeated", namedFiles)
    .option("--lane-key <lane=file>", "check checkpoints against this lane's public key; may be repeated", namedFiles)
    .option("--ndjson <file>", "store the entries, one JSON object a line; go on from what is there")
    .option("--ack", "acknowledge what is stored, so that the lanes release it; needs --ndjson and --key")
    .option("--key <kid=file>", "private key to sign acknowledgements with, Ed25519, PEM", namedFile)
    .option("--idle <seconds>", "end when nothing has come for so long", wholeNumber(1, 86_400))
    .option("--username <name>", "user name at the broker")
    .option("--password-file <file>", "file with the password on one line")
    .option("--ca-file <file>", "what signed the broker's certificate, PEM")
    .option("--certificate-file <file>", "our client certificate, PEM")
    .option("--certificate-key-file <file>", "its private key, PEM");
  const broker = "lanectl ops-tail --url mqtts://ops:8883 --site huu-nghi";
  withExamples(tail, [
    [broker, "follow every lane until Ctrl-C"],
    [`${broker} --idle 5 --json`, "everything that comes within a pause of 5 seconds, one JSON object a line"],
    [`${broker} --ndjson all.ndjson --ack --key ops-1=ops-1.key`, "stand in for central operations"],
  ])
    .addHelpText(
      "after",
      "\nEnds with 1 when an entry was altered, when it does not continue the chain, when two entries have one number,\n" +
        "when an acknowledgement or a checkpoint is forged, when a clearance was consumed twice, or when entries are\n" +
        "missing after --idle.",
    )
    .action(async (options: OpsTailOptions) => {
      const json = tail.optsWithGlobals<{ readonly json?: boolean }>().json === true;
      // Loaded only here: it brings the MQTT client.
      const { opsTail } = await import("./ops-tail-run.ts");
      if (!(await opsTail(options, json, output))) throw new NegativeAnswer(EXIT.negative);
    });
}
