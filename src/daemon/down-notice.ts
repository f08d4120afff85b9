import { createServer, type Server } from "node:http";
import { listenAt } from "#edge/api/socket";

export interface DownNoticeOptions {
  /** Where lanectl asks; free while the edge process does not run. */
  readonly socketPath: string;
  /** The notice cannot be put up; on a disk that takes nothing the socket may be impossible too. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Answers at the lane's socket while the lane cannot run, so that whoever asks hears why: a read-only disk or a damaged
 * journal is not a daemon that went away without a word. Says no to everything.
 */
export class DownNotice {
  readonly #options: DownNoticeOptions;
  #server: Server | undefined;
  #detail = "";
  /** Putting up and taking down happen one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: DownNoticeOptions) {
    this.#options = options;
  }

  /** Answers with `detail` from now on. Resolves when it does. */
  show(detail: string): Promise<void> {
    this.#detail = detail;
    return this.#next(async () => {
      if (this.#server !== undefined) return;
      const server = createServer((_request, response) => {
        const message = `the lane is down and nothing is commanded: ${this.#detail}; it is started again and again`;
        response.writeHead(503, { "content-type": "application/json", connection: "close" });
        response.end(JSON.stringify({ message }));
      });
      await listenAt(server, this.#options.socketPath);
      this.#server = server;
    });
  }

  /** Resolves when the socket is free. Safe to call at any time and twice. */
  hide(): Promise<void> {
    return this.#next(async () => {
      const server = this.#server;
      this.#server = undefined;
      if (server === undefined) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#options.onFailed(error));
    return this.#turn;
  }
}
