/** Exit codes of lanectl. 69, 70 and 78 are those of sysexits.h. */
export const EXIT = {
  ok: 0,
  /** The question was understood and the answer is no: a broken chain, a passage that does not exist. */
  negative: 1,
  usage: 2,
  /** An order waits for its second step: nothing has happened. */
  unconfirmed: 3,
  /** The daemon does not answer. */
  unavailable: 69,
  /** A mistake of lanectl itself. */
  software: 70,
  /** The configuration has errors. */
  config: 78,
} as const;

/** Ends a command with an exit code and a message for people. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  /** Stable word for scripts, shown with `--json`. */
  readonly code: string;

  constructor(exitCode: number, code: string, message: string) {
    super(message);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** Ends a command whose answer has been written, and is a no. */
export class NegativeAnswer extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit code ${exitCode}`);
    this.name = "NegativeAnswer";
    this.exitCode = exitCode;
  }
}
