import { parseArgs } from "node:util";
import { InvariantError } from "#contract/errors";

/** What the supervisor tells a child on its command line. */
export interface ChildArguments {
  readonly configPath: string;
  readonly boot: string;
}

export function childArguments(argv: readonly string[]): ChildArguments {
  const options = { config: { type: "string" }, boot: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...argv], options });
  if (values.config === undefined || values.boot === undefined) {
    throw new InvariantError("a child of laned needs --config and --boot");
  }
  return { configPath: values.config, boot: values.boot };
}
