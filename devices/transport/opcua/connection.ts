import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ClientSession, OPCUAClient, UserIdentityInfo } from "node-opcua-client";
import { LaneError } from "#contract/errors";
import type { Clock } from "#contract/units";

import { within } from "../common/deadline.ts";
import { readPassword } from "../common/password.ts";
import { trustedServerCertificate } from "./discovery.ts";
import { asLaneError } from "./errors.ts";
import type { OpcUaLibrary } from "./library.ts";
import { withNamespaceIndex } from "./node-ids.ts";
import type { OpcUaConnectionOptions } from "./options.ts";
import { APPLICATION_URI, type OpcUaPki } from "./pki.ts";
import { type RawStructure, structureOf } from "./structures.ts";
import { type SubscribeRequest, Subscription } from "./subscription.ts";
import { type NodeValue, nodeValue } from "./values.ts";

/** The server forgets a session that was silent for so long, milliseconds. */
const SESSION_TIMEOUT_MS = 30_000;

/** One value to be written. The data type is named, because a server refuses a number of the wrong width. */
export interface NodeWrite {
  readonly node: string;
  readonly dataType: "Boolean" | "Byte" | "UInt16" | "Int16" | "UInt32" | "Int32";
  readonly value: boolean | number;
}

/**
 * One session at one server. It lives until the first thing goes wrong with it: a request without an answer, a lost
 * connection, a subscription that falls silent. Then it has `ended` and is never used again.
 */
export class OpcUaConnection {
  readonly #library: OpcUaLibrary;
  readonly #client: OPCUAClient;
  readonly #session: ClientSession;
  readonly #namespaces: readonly string[];
  readonly #timeoutMs: number;
  #end: (reason: LaneError) => void = () => undefined;
  /** Resolves with the reason when the connection is no longer usable. */
  readonly ended: Promise<LaneError>;
  #reason: LaneError | undefined;
  #subscription: Subscription | undefined;

  constructor(
    library: OpcUaLibrary,
    client: OPCUAClient,
    session: ClientSession,
    namespaces: readonly string[],
    timeoutMs: number,
  ) {
    this.#library = library;
    this.#client = client;
    this.#session = session;
    this.#namespaces = namespaces;
    this.#timeoutMs = timeoutMs;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    client.once("close", () => this.fail(new LaneError("DEVICE_OFFLINE", "the connection was lost")));
    session.once("session_closed", () => this.fail(new LaneError("DEVICE_OFFLINE", "the server closed the session")));
  }

  /** Why it ended, or undefined while it is usable. */
  get reason(): LaneError | undefined {
    return this.#reason;
  }

  /** The id of a node of a profile, at this server. Throws LaneError DEVICE_EXCEPTION for an unknown namespace. */
  resolve(node: string): string {
    return withNamespaceIndex(node, this.#namespaces);
  }

  /** Reads all nodes with one request, fresh from their source. Ids as `resolve` returns them. */
  async read(nodes: readonly string[]): Promise<readonly NodeValue[]> {
    const { AttributeIds } = this.#library;
    const request = nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value }));
    const answer = await this.#ask("reading", this.#session.read(request, 0));
    if (answer.length !== nodes.length) {
      throw this.fail(new LaneError("DEVICE_PROTOCOL", `${nodes.length} nodes asked for, ${answer.length} answered`));
    }
    return answer.map(nodeValue);
  }

  /** Writes all values with one request. Rejects with DEVICE_EXCEPTION when the server refuses one of them. */
  async write(writes: readonly NodeWrite[]): Promise<void> {
    const { AttributeIds, DataType } = this.#library;
    const request = writes.map(({ node, dataType, value }) => ({
      nodeId: node,
      attributeId: AttributeIds.Value,
      value: { value: { dataType: DataType[dataType], value } },
    }));
    const statuses = await this.#ask("writing", this.#session.write(request));
    const refused = statuses.findIndex((status) => !status.isGood());
    if (refused >= 0) {
      const [what, status] = [writes[refused]?.node ?? "", statuses[refused]?.name ?? ""];
      throw new LaneError("DEVICE_EXCEPTION", `writing ${what} was refused: ${status}`);
    }
  }

  /**
   * Calls a method with these structures as its arguments, and returns what it gave back. Rejects with DEVICE_EXCEPTION
   * when the server refuses.
   */
  async call(objectId: string, methodId: string, inputs: readonly RawStructure[] = []): Promise<readonly unknown[]> {
    const { DataType } = this.#library;
    const inputArguments = inputs.map((input) => ({
      dataType: DataType.ExtensionObject,
      value: structureOf(this.#library, input),
    }));
    const answer = await this.#ask("calling", this.#session.call({ objectId, methodId, inputArguments }));
    if (!answer.statusCode.isGood()) {
      throw new LaneError("DEVICE_EXCEPTION", `calling ${methodId} was refused: ${answer.statusCode.name}`);
    }
    return (answer.outputArguments ?? []).map(({ value }): unknown => value);
  }

  /** The node at the end of a path of browse names, `6:CurrentWeight/6:Gross`, or undefined when there is none. */
  async find(start: string, path: string): Promise<string | undefined> {
    const request = this.#library.makeBrowsePath(start, `/${path}`);
    const result = await this.#ask("browsing", this.#session.translateBrowsePath(request));
    return result.statusCode.isGood() ? result.targets?.[0]?.targetId.toString() : undefined;
  }

  /** Index of a namespace at this server. Throws LaneError DEVICE_EXCEPTION when it has none of that URI. */
  namespaceIndex(uri: string): number {
    return Number(/^ns=(\d+)/.exec(this.resolve(`nsu=${uri};i=0`))?.[1]);
  }

  /** Starts the one subscription of this connection. Ends the connection when it falls silent. */
  async subscribe(request: SubscribeRequest, clock: Clock): Promise<Subscription> {
    const subscription = new Subscription(this.#library, this.#session, request, clock);
    this.#subscription = subscription;
    subscription.onSilent = (reason) => this.fail(reason);
    await this.#ask("subscribing", subscription.start(this.#timeoutMs));
    return subscription;
  }

  /** Ends the connection for this reason, once. */
  fail(reason: LaneError): LaneError {
    if (this.#reason === undefined) {
      this.#reason = reason;
      this.#subscription?.stop();
      this.#end(reason);
    }
    return reason;
  }

  /** Takes leave of the server, shortly. Safe to call twice. */
  async close(): Promise<void> {
    const orderly = this.#reason === undefined;
    this.fail(new LaneError("DEVICE_OFFLINE", "closed"));
    if (orderly) await within(this.#session.close(true), this.#timeoutMs, "closing").catch(() => undefined);
    await within(this.#client.disconnect(), this.#timeoutMs, "disconnecting").catch(() => undefined);
  }

  /** One request. An answer that does not come in time poisons the connection: a late one must find nobody waiting. */
  async #ask<T>(what: string, work: Promise<T>): Promise<T> {
    if (this.#reason !== undefined) {
      work.catch(() => undefined);
      throw this.#reason;
    }
    try {
      return await within(work, this.#timeoutMs, what, this.ended);
    } catch (error) {
      const known = asLaneError(error, what);
      if (known.code !== "DEVICE_EXCEPTION") this.fail(known);
      throw known;
    }
  }
}

/**
 * Opens channel and session. Rejects with LaneError DEVICE_OFFLINE, DEVICE_TIMEOUT, DEVICE_AUTH, DEVICE_PROTOCOL or
 * DEVICE_EXCEPTION.
 */
export async function openConnection(
  library: OpcUaLibrary,
  pki: OpcUaPki,
  options: OpcUaConnectionOptions,
  clock: Clock,
): Promise<OpcUaConnection> {
  try {
    return await open(library, pki, options, clock);
  } catch (error) {
    throw asLaneError(error, options.endpoint);
  }
}

async function open(library: OpcUaLibrary, pki: OpcUaPki, options: OpcUaConnectionOptions, clock: Clock) {
  const { endpoint, timeoutMs } = options;
  const secure = await securityOf(library, pki, options, clock);
  const client = library.OPCUAClient.create({
    clientName: "gatelane",
    applicationUri: APPLICATION_URI,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    privateKeyFile: pki.keyFile,
    endpointMustExist: false,
    // Ours is the only loop that tries again: the library's own keeps a client alive that nobody waits for.
    connectionStrategy: { maxRetry: 0 },
    transportTimeout: timeoutMs,
    defaultTransactionTimeout: timeoutMs,
    requestedSessionTimeout: SESSION_TIMEOUT_MS,
    keepSessionAlive: false,
    ...secure,
  });
  try {
    await within(client.connect(endpoint), timeoutMs, "connecting");
    const session = await within(client.createSession(await identity(library, options)), timeoutMs, "logging in");
    const namespaces = await within(session.readNamespaceArray(), timeoutMs, "reading the namespaces");
    return new OpcUaConnection(library, client, session, namespaces, timeoutMs);
  } catch (error) {
    await within(client.disconnect(), timeoutMs, "disconnecting").catch(() => undefined);
    throw error;
  }
}

async function securityOf(library: OpcUaLibrary, pki: OpcUaPki, options: OpcUaConnectionOptions, clock: Clock) {
  const { MessageSecurityMode, SecurityPolicy } = library;
  if (options.security === "none") {
    return { securityMode: MessageSecurityMode.None, securityPolicy: SecurityPolicy.None };
  }
  const serverCertificate = await trustedServerCertificate(library, pki, options, clock.utc());
  const securityPolicy = SecurityPolicy[options.security];
  return { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy, serverCertificate };
}

async function identity(library: OpcUaLibrary, options: OpcUaConnectionOptions): Promise<UserIdentityInfo> {
  const { UserTokenType } = library;
  const { username, passwordFile, certificateFile, keyFile } = options;
  if (username !== undefined && passwordFile !== undefined) {
    return { type: UserTokenType.UserName, userName: username, password: await readPassword(passwordFile) };
  }
  if (certificateFile !== undefined && keyFile !== undefined) {
    const certificateData = new X509Certificate(await readFile(certificateFile)).raw;
    return { type: UserTokenType.Certificate, certificateData, privateKey: await readFile(keyFile, "utf8") };
  }
  if (username !== undefined || passwordFile !== undefined || certificateFile !== undefined || keyFile !== undefined) {
    // Half of a pair is a mistake, and logging in as nobody in particular would hide it.
    const pairs = "username with passwordFile, or certificateFile with keyFile";
    throw new LaneError("DEVICE_AUTH", `the configuration names half of what a log-in needs: ${pairs}`);
  }
  return { type: UserTokenType.Anonymous };
}
