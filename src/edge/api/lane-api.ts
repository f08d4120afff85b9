import type { createServer, Server } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import { InvariantError, isLaneError, messageOf } from "#contract/errors";
import type { LaneSnapshot } from "#contract/messages";
import type { DeviceDesk } from "../devices/device-desk.ts";
import { addClearanceRoutes, type ClearanceRoutes } from "./clearance-routes.ts";
import { addDeviceRoutes } from "./device-routes.ts";
import { addIncidentRoutes, type IncidentRoutes } from "./incident-routes.ts";
import type { JournalSource } from "./journal-source.ts";
import { addOrderRoutes, type OrderRoutes } from "./order-routes.ts";
import { addRoutes } from "./routes.ts";
import { listenAt } from "./socket.ts";

export interface LaneApiOptions {
  /** Absolute path of the unix socket, at most 107 bytes. */
  readonly socketPath: string;
  /** The last state that the lane reported, null before the first. */
  readonly snapshot: () => LaneSnapshot | null;
  /** Read from, and closed by `stop`. */
  readonly reader: JournalSource;
  /** Takes orders; absent: the lane can only be looked at. */
  readonly orders?: Pick<OrderRoutes, "desk" | "words">;
  /** The clearance list, and its way in from a file. */
  readonly clearances?: ClearanceRoutes;
  /** The register of incidents; read from, and closed by `stop`. */
  readonly incidents?: IncidentRoutes;
  /** Answers about single devices; absent: only their states are known. */
  readonly devices?: DeviceDesk;
}

/** Connections at a time; people and health checks need few. */
const CONNECTION_LIMIT = 32;
/** Time for a client to send its request, milliseconds. */
const REQUEST_MS = 5000;

/** The local API for lanectl: JSON over HTTP on a unix socket. It changes nothing but through signed orders. */
export class LaneApi {
  readonly #options: LaneApiOptions;
  #app: FastifyInstance | undefined;
  #server: Server | undefined;

  constructor(options: LaneApiOptions) {
    this.#options = options;
  }

  /** Throws LaneError CONFIG_INVALID when the socket is in use or is something else. */
  async start(): Promise<void> {
    const { socketPath, snapshot, reader, orders, incidents, clearances, devices } = this.#options;
    const app = Fastify({ requestTimeout: REQUEST_MS, serverFactory: (handler) => this.#serve(handler) });
    app.setErrorHandler((error, _request, reply) => {
      if (isLaneError(error)) return reply.code(503).send({ code: error.code, message: error.message });
      const status = statusOf(error);
      return reply.code(status).send({ message: status < 500 ? messageOf(error) : "internal error" });
    });
    app.setNotFoundHandler((request, reply) => reply.code(404).send({ message: `there is no ${request.url}` }));
    addRoutes(app, snapshot, reader);
    if (orders !== undefined) addOrderRoutes(app, { ...orders, snapshot });
    if (clearances !== undefined) addClearanceRoutes(app, clearances);
    if (incidents !== undefined) addIncidentRoutes(app, incidents);
    if (devices !== undefined) addDeviceRoutes(app, devices);
    await app.ready();
    this.#app = app;
    if (this.#server === undefined) throw new InvariantError("fastify made no server");
    await listenAt(this.#server, socketPath);
  }

  /** Ends every connection and removes the socket. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server?.listening) {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    }
    await this.#app?.close();
    this.#app = undefined;
    this.#options.reader.close();
    this.#options.incidents?.register.close();
    this.#options.clearances?.list.close();
  }

  /** The server is ours because fastify's own `listen` cannot make a socket that was never open to everybody. */
  #serve(handler: Parameters<typeof createServer>[1]): Server {
    // An import would load the WebSocket client of node:http as well, 8 MB of memory.
    const server = process
      .getBuiltinModule("node:http")
      .createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, handler);
    server.maxConnections = CONNECTION_LIMIT;
    this.#server = server;
    return server;
  }
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" ? status : 500;
}
