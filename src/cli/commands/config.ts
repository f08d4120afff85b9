import type { Command } from "commander";
import { withExamples } from "../examples.ts";
import { EXIT, NegativeAnswer } from "../exit.ts";
import type { Output } from "../terminal/output.ts";

export function addConfig(program: Command, output: Output): void {
  const config = program.command("config").description("configuration of a lane");
  withExamples(config, [["lanectl config check lane.yaml", "look for mistakes before the daemon does"]]);
  const check = config
    .command("check")
    .description("check a lane file and its policy without starting anything; shows every mistake at once")
    .argument("<file>", "the lane file");
  withExamples(check, [
    ["lanectl config check config/examples/lane.yaml", "exit code 0 when the lane would start, 78 when not"],
    ["lanectl config check lane.yaml --json", "the mistakes for an editor or a script"],
  ]).action(async (file: string) => {
    const json = check.optsWithGlobals<{ readonly json?: boolean }>().json === true;
    // Loaded only here: it brings the option schemas of every driver.
    const { checkConfig } = await import("./config-check.ts");
    if (!checkConfig(file, json, output)) throw new NegativeAnswer(EXIT.config);
  });
}
