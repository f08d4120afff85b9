import { request } from "node:http";
import { messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "./exit.ts";

/** Time for the daemon to begin its answer, milliseconds. */
const ANSWER_MS = 10_000;
/** Largest answer accepted, bytes. */
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

/** Asks the daemon of one lane over its unix socket. */
export class LaneClient {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /**
   * The answer to GET `path`. Throws CommandFailure: 69 when the daemon does not answer or is not ready, 1 when what
   * was asked for does not exist. `patient` waits for as long as the daemon takes.
   */
  async get<Answer>(path: string, options: { readonly patient?: boolean } = {}): Promise<Answer> {
    const { status, text } = await this.#fetch(path, options.patient === true ? 0 : ANSWER_MS);
    const body = parse(text);
    if (status === 200) return body as Answer;
    const message = messageIn(body) ?? `the daemon answered with status ${status}`;
    if (status === 404) throw new CommandFailure(EXIT.negative, "NOT_FOUND", message);
    if (status === 400) throw new CommandFailure(EXIT.usage, "USAGE", message);
    if (status === 503) throw new CommandFailure(EXIT.unavailable, "NOT_READY", message);
    throw new CommandFailure(EXIT.negative, "DAEMON_ERROR", message);
  }

  #fetch(path: string, timeout: number): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const unreachable = (error: unknown) => reject(notReachable(this.socketPath, error));
      const call = request({ socketPath: this.socketPath, path, timeout, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_LIMIT_BYTES) call.destroy(new Error("the answer is too large"));
          else chunks.push(chunk);
        });
        response.once("error", unreachable);
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      call.once("timeout", () => call.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
      call.once("error", unreachable);
      call.end();
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CommandFailure(EXIT.unavailable, "API_UNREACHABLE", "what answers at this socket is not laned");
  }
}

function messageIn(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "message" in body ? String(body.message) : undefined;
}

function notReachable(socketPath: string, error: unknown): CommandFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new CommandFailure(
    EXIT.unavailable,
    "API_UNREACHABLE",
    `The daemon does not answer at ${socketPath}: ${reasonOf(code, error)}.\n${adviceOn(code)}\n` +
      "Another lane is chosen with --socket <path>, --config <file> or the variable GATELANE_SOCKET.",
  );
}

function reasonOf(code: string, error: unknown): string {
  if (code === "ENOENT") return "there is no such socket";
  if (code === "ECONNREFUSED") return "nobody listens there";
  if (code === "EACCES") return "you may not use it";
  return messageOf(error);
}

function adviceOn(code: string): string {
  if (code === "EACCES") return "Ask to be added to the group that owns the socket: ls -l shows it.";
  return "See whether it runs with: systemctl status laned. Start it by hand with: laned --config <file>.";
}
