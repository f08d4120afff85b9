import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { isLaneError } from "#contract/errors";
import type { ReplayReport, ReplayRequest } from "#control/replay/replay";
import type { LanePolicy } from "#lanes/decision/policy";
import { utcOf } from "#lanes/decision/time";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT, NegativeAnswer } from "../exit.ts";
import type { Output } from "../terminal/output.ts";
import { replayText } from "../terminal/replay-text.ts";

interface ReplayOptions {
  readonly since?: number;
  readonly policy?: string;
  readonly database?: string;
}

export function addReplay(program: Command, output: Output): void {
  const command = program
    .command("replay")
    .description("decide again from the journal: the same events must give the same records")
    .argument("[passage]", "id as lanectl passages shows it; else everything")
    .option("--since <time>", "only what happened from this time on, 2026-10-10T08:00:00Z", timeOf)
    .option("--policy <file>", "decide under this policy as well and list the vehicles whose verdict would change")
    .option("--database <file>", "journal to read (else that of the daemon's data folder); it may be running or not");
  withExamples(command, [
    ["lanectl replay", "exit code 0 when every record comes out the same, 1 when not"],
    ["lanectl replay P000007 --database data/lane-1/lane.db", "one vehicle, without a daemon"],
    ["lanectl replay --since 2026-10-10T00:00:00Z --policy stricter.yaml", "what another policy would have changed"],
  ]).action(async (passage: string | undefined, options: ReplayOptions) => {
    const { client, show } = await contextOf(command, output);
    const database = options.database ?? join(dirname(client.socketPath), "lane.db");
    const request = {
      ...(passage === undefined ? {} : { passage }),
      ...(options.since === undefined ? {} : { since: options.since }),
      ...(options.policy === undefined ? {} : { other: await policyIn(options.policy) }),
    };
    const report = await replayFile(database, request);
    show(report, (one) => replayText(one, output.colours));
    if (report.differences.length > 0) throw new NegativeAnswer(EXIT.negative);
  });
}

/** The policy in a file, with all the checks of `lanectl policy check`. */
async function policyIn(file: string): Promise<LanePolicy> {
  const { loadPolicyInForce } = await import("#config/policy-in-force");
  return loadPolicyInForce(file).value as LanePolicy;
}

async function replayFile(database: string, request: ReplayRequest): Promise<ReplayReport> {
  // Loaded only here: it brings the core and the database.
  const { JournalReader } = await import("#store/journal-reader");
  const { replay } = await import("#control/replay/replay");
  const reader = JournalReader.open(database);
  try {
    return replay(reader, request);
  } catch (error) {
    if (isLaneError(error, "MESSAGE_REFUSED")) throw new CommandFailure(EXIT.negative, "NOT_FOUND", error.detail);
    throw error;
  } finally {
    reader.close();
  }
}

function timeOf(text: string): number {
  const utc = utcOf(text);
  if (Number.isNaN(utc)) throw new InvalidArgumentError("A time in UTC is expected, such as 2026-10-10T08:00:00Z.");
  return utc;
}
