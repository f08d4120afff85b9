import { request } from "node:http";
import { messageOf } from "#contract/errors";
import { CommandFailure, EXIT } from "./exit.ts";

/** Time for the daemon to begin its answer, milliseconds. */
const ANSWER_MS = 10_000;
/** Largest answer accepted, bytes. */
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

interface Call {
  readonly path: string;
  /** 0: no limit. */
  readonly timeout: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Present: it is posted. */
  readonly body?: string;
}

interface Fetched {
  readonly status: number;
  readonly text: string;
}

export interface Posting {
  /** Media type of the body. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

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
    return this.#answer(await this.#fetch({ path, timeout: options.patient === true ? 0 : ANSWER_MS }));
  }

  /** The same for an answer that is no JSON. */
  async text(path: string): Promise<string> {
    const answer = await this.#fetch({ path, timeout: ANSWER_MS });
    return answer.status === 200 ? answer.text : this.#answer<string>(answer);
  }

  /** The answer to POST `path`. Throws as `get` does, and 1 with the daemon's own code when it refuses. */
  async post<Answer>(path: string, { type, body, headers, timeoutMs }: Posting): Promise<Answer> {
    const sent = { "content-type": type, ...headers };
    return this.#answer(await this.#fetch({ path, timeout: timeoutMs ?? ANSWER_MS, headers: sent, body }));
  }

  #answer<Answer>({ status, text }: Fetched): Answer {
    const body = parse(text);
    if (status === 200) return body as Answer;
    const message = messageIn(body) ?? `the daemon answered with status ${status}`;
    if (status === 403) throw new CommandFailure(EXIT.negative, codeIn(body) ?? "REFUSED", message);
    if (status === 404) throw new CommandFailure(EXIT.negative, "NOT_FOUND", message);
    if (status === 400) throw new CommandFailure(EXIT.usage, "USAGE", message);
    if (status === 503) throw new CommandFailure(EXIT.unavailable, "NOT_READY", message);
    throw new CommandFailure(EXIT.negative, "DAEMON_ERROR", message);
  }

  #fetch({ path, timeout, headers, body }: Call): Promise<Fetched> {
    return new Promise((resolve, reject) => {
      const unreachable = (error: unknown) => reject(notReachable(this.socketPath, error));
      const method = body === undefined ? "GET" : "POST";
      const options = { socketPath: this.socketPath, path, timeout, agent: false, method, headers: headers ?? {} };
      const call = request(options, (response) => {
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
      call.once("timeout", () => call.destroy(new Error(`no answer within ${timeout / 1000} s`)));
      call.once("error", unreachable);
      call.end(body);
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

function codeIn(body: unknown): string | undefined {
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : undefined;
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
