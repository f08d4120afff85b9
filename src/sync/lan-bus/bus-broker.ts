import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import type { Aedes } from "aedes";
import type { Clock, MonotonicMs } from "#contract/units";
import type { BusRights, BusRole } from "./bus-rights.ts";
import { PacketGuard } from "./packet-guard.ts";

/** PEM: who we are, and what signs the certificates of those who may connect. */
export interface BusTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export interface BusBrokerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absent only on loopback: then everybody counts as a neighbour. */
  readonly tls?: BusTls;
  readonly rights: BusRights;
  readonly clock: Pick<Clock, "monotonic">;
  /** A message of a member, on a topic it may publish on. */
  readonly onMessage: (topic: string, payload: Uint8Array) => void;
  /** Somebody did what their role does not allow, or is nobody we know. */
  readonly onRefused: (detail: string) => void;
}

/** Nothing that may be said on the bus is larger, bytes. What a member says has 64 at most. */
const PACKET_LIMIT_BYTES = 4 * 1024;
const CONNECTION_LIMIT = 64;
/** Messages that one connection may send within a second. */
const MESSAGES_PER_SECOND = 20;
/** How long a member that does not read may hold up the others, milliseconds. */
const DRAIN_MS = 2_000;
/** Time for the first packet, milliseconds. */
const CONNECT_MS = 5_000;

/**
 * The broker of one lane's bus: only the lane itself speaks on it, members listen and may ask. Guarded against what a
 * broker in the same process must fear: packets without limit, crowds, and members that stop reading.
 */
export class BusBroker {
  readonly #options: BusBrokerOptions;
  readonly #sockets = new Set<Socket>();
  readonly #roles = new WeakMap<object, BusRole>();
  readonly #pace = new WeakMap<object, { since: MonotonicMs; count: number }>();
  #server: Server | undefined;
  #aedes: Aedes | undefined;

  constructor(options: BusBrokerOptions) {
    this.#options = options;
  }

  /** 0 before the start. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Rejects with the system's error when the address cannot be had. */
  async start(): Promise<void> {
    // Few lanes have neighbours; the others do without the broker in their memory.
    const { Aedes } = await import("aedes");
    const aedes = await Aedes.createBroker({
      drainTimeout: DRAIN_MS,
      connectTimeout: CONNECT_MS,
      // Nothing is kept for members that are away: they ask when they are back.
      preConnect: (_client, { clean }, done) =>
        clean === true ? done(null, true) : done(new Error("no session is kept"), false),
    });
    this.#aedes = aedes;
    this.#guardMembers(aedes);
    const server = this.#listener((socket) => this.#take(socket, aedes));
    server.maxConnections = CONNECTION_LIMIT;
    this.#server = server;
    const { host, port } = this.#options;
    server.listen(port, host);
    await once(server, "listening");
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const [server, aedes] = [this.#server, this.#aedes];
    this.#server = undefined;
    this.#aedes = undefined;
    if (server?.listening) {
      const closed = once(server, "close");
      server.close();
      for (const socket of this.#sockets) socket.destroy();
      await closed;
    }
    if (aedes !== undefined) await new Promise<void>((resolve) => aedes.close(resolve));
  }

  /** Says something on the bus. */
  publish(topic: string, payload: string, retain = false): void {
    const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain, dup: false } as const;
    this.#aedes?.publish({ ...packet }, () => undefined);
  }

  #listener(take: (socket: Socket) => void): Server {
    const { tls, onRefused } = this.#options;
    if (tls === undefined) return createServer(take);
    const server = createTlsServer(
      { ...tls, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" },
      take,
    );
    return server.on("tlsClientError", (error) => onRefused(`no good certificate: ${error.message}`));
  }

  #take(socket: Socket, aedes: Aedes): void {
    const role = this.#roleOf(socket);
    if (role === undefined) {
      this.#options.onRefused("the certificate names nobody who belongs here");
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    const guard = new PacketGuard(PACKET_LIMIT_BYTES);
    socket.on("data", (chunk: Uint8Array) => {
      if (socket.destroyed || guard.accepts(chunk)) return;
      this.#options.onRefused("a packet beyond the limit");
      socket.destroy();
    });
    const client = aedes.handle(socket);
    this.#roles.set(client, role);
  }

  #roleOf(socket: Socket): BusRole | undefined {
    if (!(socket instanceof TLSSocket)) return "neighbour";
    const name = socket.getPeerCertificate().subject?.CN;
    return typeof name === "string" ? this.#options.rights.roleOf(name) : undefined;
  }

  #guardMembers(aedes: Aedes): void {
    const { rights, onMessage, onRefused } = this.#options;
    aedes.authorizePublish = (client, { topic, payload, retain }, done) => {
      // The lane itself has no client.
      if (client === null) return done(null);
      const role = this.#roles.get(client);
      if (role === undefined || retain || !rights.mayPublish(role, topic)) {
        onRefused("a member published what it may not");
        return done(new Error("not allowed"));
      }
      if (!this.#inPace(client)) return done(new Error("too many messages"));
      onMessage(topic, Buffer.from(payload));
      done(null);
    };
    aedes.authorizeSubscribe = (_client, subscription, done) => {
      if (rights.maySubscribe(subscription.topic)) return done(null, subscription);
      onRefused("a member subscribed to what it may not hear");
      done(null, null);
    };
    aedes.on("clientError", () => undefined);
    aedes.on("connectionError", () => undefined);
  }

  #inPace(client: object): boolean {
    const now = this.#options.clock.monotonic();
    const pace = this.#pace.get(client);
    if (pace === undefined || now - pace.since >= 1000) {
      this.#pace.set(client, { since: now, count: 1 });
      return true;
    }
    pace.count += 1;
    return pace.count <= MESSAGES_PER_SECOND;
  }
}
