import type { Command } from "commander";
import { CommandFailure, EXIT } from "./exit.ts";
import { LaneClient } from "./lane-client.ts";
import { jsonText, type Output } from "./terminal/output.ts";

/** Where the daemon of a single-lane machine listens, see config/systemd/laned.service. */
export const STANDARD_SOCKET = "/run/gatelane/lane.sock";

interface GlobalOptions {
  readonly socket?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What every verb works with. */
export interface CommandContext {
  readonly client: LaneClient;
  readonly output: Output;
  readonly json: boolean;
  /** Writes `value` as JSON, or what `text` makes of it for people. */
  show<Value>(value: Value, text: (value: Value) => string): void;
}

/** The context of `command`, from its options and those of lanectl itself. */
export async function contextOf(command: Command, output: Output): Promise<CommandContext> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const json = options.json === true;
  return {
    client: new LaneClient(await socketPathOf(options)),
    output,
    json,
    show: (value, text) => output.write(json ? jsonText(value) : text(value)),
  };
}

async function socketPathOf({ socket, config }: GlobalOptions): Promise<string> {
  if (socket !== undefined) return socket;
  if (config === undefined) return process.env["GATELANE_SOCKET"] || STANDARD_SOCKET;
  // Loaded only when it is needed: it brings the YAML parser.
  const { readOutline } = await import("#config/outline");
  const outline = readOutline(config);
  if (outline.socket !== undefined) return outline.socket;
  throw new CommandFailure(EXIT.config, "CONFIG_INVALID", `${config} names neither socket nor dataDir`);
}

/** Lets Ctrl-C end a command that goes on for ever as a success. */
export function endWithInterrupt(): void {
  process.once("SIGINT", () => process.exit(EXIT.ok));
}
