import type { OPCUAServer, OPCUAServerOptions } from "node-opcua-server";
import { InvariantError } from "#contract/errors";
import { thumbprintOf } from "../certificate-rules.ts";
import { loadLibrary, type OpcUaLibrary } from "../library.ts";
import { type RawStructure, structureOf } from "../structures.ts";

export interface SimulatedServerOptions {
  /** Folder of the server's own keys; the same folder gives the same certificate. */
  readonly folder: string;
  /** Where it listens; default 0, any free port. */
  readonly port?: number;
  /** Names of published information models beside the standard one, in the order of their dependencies. */
  readonly models?: readonly ("di" | "machinery" | "ia" | "packML" | "scales" | "autoId")[];
  /** Only this user may log in; default: anybody. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Also offers a channel without security. Default true. */
  readonly open?: boolean;
}

export type AddressSpace = NonNullable<OPCUAServer["engine"]["addressSpace"]>;
export type Namespace = ReturnType<AddressSpace["getOwnNamespace"]>;
export type Variable = ReturnType<Namespace["addVariable"]>;
/** Quality of a value, as the server's own release of the library has it. */
export type Quality = NonNullable<Parameters<Variable["setValueFromSource"]>[1]>;
type ServerKeys = NonNullable<OPCUAServerOptions["serverCertificateManager"]>;

/** Sessions at the same time: every reconnection leaves one behind until it has timed out. */
const MOST_SESSIONS = 200;
export const SIMULATOR_URI = "urn:gatelane:simulator";

/** An OPC UA server for simulators, on the published nodesets. Listens on 127.0.0.1. */
export class SimulatedOpcUaServer {
  readonly #options: SimulatedServerOptions;
  #server: OPCUAServer | undefined;
  #port: number;
  #library: OpcUaLibrary | undefined;

  constructor(options: SimulatedServerOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  get host(): string {
    return "127.0.0.1";
  }

  /** Known after `start`; stays the same through a `stop` and a further `start`. */
  get port(): number {
    return this.#port;
  }

  get endpoint(): string {
    return `opc.tcp://${this.host}:${this.port}`;
  }

  /** Its certificate, DER. */
  get certificate(): Buffer {
    return this.#running().getCertificate();
  }

  /** SHA-1 thumbprint of its certificate, 40 lower-case digits. */
  get thumbprint(): string {
    return thumbprintOf(this.certificate);
  }

  get addressSpace(): AddressSpace {
    const space = this.#running().engine.addressSpace;
    if (space === null) throw new InvariantError("the server has no address space");
    return space;
  }

  /** Namespace of what simulators add. */
  get namespace(): Namespace {
    return this.addressSpace.getOwnNamespace();
  }

  /** A quality by its name. */
  quality(
    name: "Good" | "BadSensorFailure" | "BadUserAccessDenied" | "BadInvalidState" | "UncertainLastUsableValue",
  ): Quality {
    if (this.#library === undefined) throw new InvariantError("the simulated OPC UA server is not running");
    return this.#library.StatusCodes[name] as unknown as Quality;
  }

  /** A structure with these bytes in it, whatever they are. */
  structure(raw: RawStructure): ReturnType<typeof structureOf> {
    if (this.#library === undefined) throw new InvariantError("the simulated OPC UA server is not running");
    return structureOf(this.#library, raw);
  }

  /** Starts with an empty device folder: whoever simulates a device builds its nodes afterwards. */
  async start(): Promise<void> {
    const { folder, models = [], user, open = true } = this.#options;
    const [{ OPCUAServer: Server }, { nodesets }, library] = await Promise.all([
      import("node-opcua-server"),
      import("node-opcua-nodesets"),
      loadLibrary(),
    ]);
    this.#library = library;
    const { MessageSecurityMode, SecurityPolicy, OPCUACertificateManager } = library;
    const manager = new OPCUACertificateManager({
      rootFolder: folder,
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    await manager.initialize();
    // The server's own release of the class may be another one than the client's.
    const keys = manager as unknown as ServerKeys;
    const server = new Server({
      port: this.#port,
      host: this.host,
      hostname: this.host,
      nodeset_filename: [nodesets.standard, ...models.map((model) => nodesets[model])],
      serverInfo: { applicationUri: SIMULATOR_URI },
      serverCertificateManager: keys,
      userCertificateManager: keys,
      securityModes: open
        ? [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt]
        : [MessageSecurityMode.SignAndEncrypt],
      securityPolicies: open ? [SecurityPolicy.None, SecurityPolicy.Basic256Sha256] : [SecurityPolicy.Basic256Sha256],
      allowAnonymous: user === undefined,
      userManager: {
        isValidUser: (name: string, password: string) => name === user?.name && password === user.password,
      },
      serverCapabilities: { maxSessions: MOST_SESSIONS },
      maxConnectionsPerEndpoint: MOST_SESSIONS,
    });
    await server.initialize();
    await server.start();
    this.#server = server;
    this.#port = server.endpoints[0]?.port ?? 0;
  }

  /** Cuts all connections. Safe to call twice. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.shutdown(0);
  }

  #running(): OPCUAServer {
    if (this.#server === undefined) throw new InvariantError("the simulated OPC UA server is not running");
    return this.#server;
  }
}
