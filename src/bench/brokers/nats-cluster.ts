import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchBroker, freePort, ServerProcess } from "./broker-process.ts";
import { Entrance } from "./entrance.ts";

const NODES = 3;
/** Larger than the largest picture; NATS takes one megabyte as it comes. */
const MAX_PAYLOAD = "32MB";

interface NatsNode {
  readonly name: string;
  readonly clientPort: number;
  readonly clusterPort: number;
  readonly mqttPort: number;
  process: ServerProcess | undefined;
}

/**
 * Three NATS servers with JetStream and MQTT, every stream on all three. Clients come in by one address that leads to
 * a server that runs, as a load balancer in front of a cluster does.
 */
export class NatsCluster implements BenchBroker {
  readonly name = "NATS JetStream, three servers";
  readonly #entrance = new Entrance();
  #folder: string | undefined;
  #nodes: readonly NatsNode[] = [];

  get url(): string {
    return `mqtt://127.0.0.1:${this.#entrance.port}`;
  }

  async start(): Promise<void> {
    this.#folder ??= mkdtempSync(join(tmpdir(), "gatelane-nats-"));
    if (this.#nodes.length === 0) this.#nodes = await Promise.all(Array.from({ length: NODES }, newNode));
    await this.#entrance.start();
    await Promise.all(this.#nodes.map((node) => this.startNode(node.name)));
  }

  /** The names of the servers, the one that takes new clients first. */
  get nodeNames(): readonly string[] {
    return this.#nodes.map(({ name }) => name);
  }

  async startNode(name: string): Promise<void> {
    const node = this.#node(name);
    if (node === undefined || this.#folder === undefined) return;
    const file = join(this.#folder, `${name}.conf`);
    writeFileSync(file, this.#configuration(node, this.#folder));
    node.process = new ServerProcess("nats-server", ["-c", file], node.mqttPort);
    await node.process.start();
    this.#direct();
  }

  async killNode(name: string): Promise<void> {
    const node = this.#node(name);
    const ending = node?.process;
    if (node === undefined || ending === undefined) return;
    node.process = undefined;
    this.#direct();
    await ending.end("SIGKILL");
  }

  async kill(): Promise<void> {
    await Promise.all(this.#nodes.map(({ name }) => this.killNode(name)));
    await this.#entrance.stop();
  }

  freeze(frozen: boolean): void {
    for (const { process } of this.#nodes) process?.signal(frozen ? "SIGSTOP" : "SIGCONT");
  }

  async stop(): Promise<void> {
    await this.#entrance.stop();
    await Promise.all(this.#nodes.map(({ process }) => process?.end("SIGTERM")));
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #node(name: string): NatsNode | undefined {
    return this.#nodes.find((node) => node.name === name);
  }

  #direct(): void {
    this.#entrance.lead(this.#nodes.find(({ process }) => process !== undefined)?.mqttPort);
  }

  #configuration(node: NatsNode, folder: string): string {
    const routes = this.#nodes.map(({ clusterPort }) => `nats://127.0.0.1:${clusterPort}`);
    return [
      `server_name: ${node.name}`,
      `listen: "127.0.0.1:${node.clientPort}"`,
      `max_payload: ${MAX_PAYLOAD}`,
      `jetstream { store_dir: "${join(folder, node.name)}" }`,
      `cluster { name: gate, listen: "127.0.0.1:${node.clusterPort}", routes: [${routes.join(", ")}] }`,
      `mqtt { listen: "127.0.0.1:${node.mqttPort}", stream_replicas: ${NODES}, max_ack_pending: 1024 }`,
      "",
    ].join("\n");
  }
}

async function newNode(_: unknown, index: number): Promise<NatsNode> {
  const [clientPort, clusterPort, mqttPort] = [await freePort(), await freePort(), await freePort()];
  return { name: `node-${index + 1}`, clientPort, clusterPort, mqttPort, process: undefined };
}
