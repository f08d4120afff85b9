import type { DeviceContext, GateCommand, GateDevice, GateInputs } from "#contract/device";
import { isLaneError, LaneError, unreachable } from "#contract/errors";
import type { MonotonicMs } from "#contract/units";
import { ChangeWatch } from "../../transport/common/change-watch.ts";
import { HealthReporter } from "../../transport/common/health-reporter.ts";
import type { NodeWrite, OpcUaConnection } from "../../transport/opcua/connection.ts";
import { asLaneError, faultOf } from "../../transport/opcua/errors.ts";
import { OpcUaSession } from "../../transport/opcua/session.ts";
import type { NodeValue } from "../../transport/opcua/values.ts";
import { sameInputs } from "../modbus/register-table.ts";
import type { GateOpcUaOptions } from "./options.ts";
import { forStation, type GateNodes, imageOf, loadGateNodes, type PulseNodes } from "./profile.ts";

/** Unchanged inputs are posted again this often, milliseconds, so that the lane knows the age of its image. */
const REPOST_MS = 1000;
/** Longest time that the PLC's heartbeat may stand still, milliseconds: messages alone take up to 200 (measured). */
const HEARTBEAT_LIMIT_MS = 1000;
/** Time between two inversions of the watchdog, milliseconds: several may fail before the PLC notices. */
const WATCHDOG_TOGGLE_MS = 250;
const TICK_MS = 50;

/**
 * Driver of a gate PLC on OPC UA. Its inputs come by subscription, and they count only while the PLC's own heartbeat is
 * seen to change; a value of other than good quality takes the whole image away. Commands are sent once; what became of
 * them is read back from the limit switches by the lane.
 */
export class OpcUaGate implements GateDevice {
  readonly id: string;
  readonly #options: GateOpcUaOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #session: OpcUaSession;
  readonly #heartbeat = new ChangeWatch(HEARTBEAT_LIMIT_MS);
  readonly #values = new Map<string, NodeValue>();
  #nodes: GateNodes | undefined;
  #ticker: NodeJS.Timeout | undefined;
  #confirmedAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #posted: { readonly inputs: GateInputs; readonly at: MonotonicMs } | undefined;
  #toggledAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #toggling = false;
  #watchdogLevel = false;
  #watchdogFault: LaneError | undefined;
  /** The PLC has taken the watchdog since the session was opened; before that it would refuse to move anything. */
  #watchdogTaken = false;

  /** @param random gives numbers in 0..1, for the jitter of the reconnect delays. */
  constructor(id: string, options: GateOpcUaOptions, context: DeviceContext, random: () => number = Math.random) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    const listener = {
      opened: (connection: OpcUaConnection) => this.#opened(connection),
      lost: (reason: LaneError) => this.#lost(reason),
    };
    this.#session = new OpcUaSession(options, context, listener, random);
  }

  /** Rejects with LaneError CONFIG_INVALID when the profile is missing or not a profile. */
  async start(): Promise<void> {
    this.#nodes = forStation(await loadGateNodes(this.#options.profile), this.#options.station);
    this.#session.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await this.#session.stop();
  }

  async command(command: GateCommand): Promise<void> {
    const connection = this.#session.connection;
    const nodes = this.#nodes;
    // What is written to a PLC whose program stands still would take effect whenever it runs again.
    const liveness = this.#heartbeat.liveness(this.#now());
    if (connection === undefined || nodes === undefined || liveness !== "live") {
      const detail = connection === undefined ? "not connected" : `the heartbeat of its PLC is ${liveness}`;
      throw new LaneError("DEVICE_OFFLINE", `${this.id}: ${command.type} not sent, ${detail}`);
    }
    try {
      await send(connection, nodes, command);
    } catch (error) {
      const known = asLaneError(error, command.type);
      if (known.code === "DEVICE_EXCEPTION") throw known;
      // It was on its way when the session ended, so nobody knows whether the PLC has taken it.
      throw new LaneError("DEVICE_TIMEOUT", `${this.id}: ${command.type} sent, then ${known.detail}`, { cause: error });
    }
  }

  async #opened(connection: OpcUaConnection): Promise<void> {
    const { publishingMs, samplingMs } = this.#options;
    const nodes = this.#nodes;
    if (nodes === undefined) return;
    this.#forget();
    const names = [...new Set([nodes.heartbeat.node, ...Object.values(nodes.inputs).map(({ node }) => node)])];
    const onChange = (changes: ReadonlyMap<number, NodeValue>, notBefore: MonotonicMs) => {
      for (const [index, value] of changes) this.#values.set(names[index] ?? "", value);
      this.#take(nodes, notBefore);
    };
    const resolved = names.map((name) => connection.resolve(name));
    await connection.subscribe({ nodes: resolved, publishingMs, samplingMs, onChange }, this.#context.clock);
    this.#ticker = setInterval(() => this.#tick(connection, nodes), TICK_MS);
    await this.#toggleWatchdog(connection, nodes);
  }

  #lost(reason: LaneError): void {
    clearInterval(this.#ticker);
    this.#forget();
    this.#health.raise("down", faultOf(reason), reason.detail);
  }

  /** A device that was just connected is a new one: nothing that was seen before the break counts. */
  #forget(): void {
    this.#heartbeat.reset();
    this.#values.clear();
    this.#posted = undefined;
    this.#watchdogFault = undefined;
    this.#watchdogTaken = false;
    this.#toggledAt = Number.NEGATIVE_INFINITY;
  }

  #take(nodes: GateNodes, notBefore: MonotonicMs): void {
    this.#confirmedAt = notBefore;
    const count = this.#values.get(nodes.heartbeat.node);
    if (typeof count?.value === "number") this.#heartbeat.observe(count.value, notBefore);
    this.#publish(nodes);
  }

  #publish(nodes: GateNodes): void {
    const bad = [...this.#values].find(([, { value }]) => value === undefined);
    if (bad !== undefined) {
      this.#posted = undefined;
      return this.#health.raise("down", "EXCEPTION", `${bad[0]} has no usable value: ${bad[1].status}`);
    }
    if (this.#heartbeat.liveness(this.#now()) !== "live") return;
    const image = imageOf(nodes, (node) => this.#values.get(node)?.value);
    if ("missing" in image) {
      const arrived = this.#values.has(nodes.inputs[image.missing]?.node ?? "");
      // Until the first message of every node has come there is no image, and that is no fault.
      if (arrived) this.#health.raise("down", "PROTOCOL", `${image.missing} is not of the type that the profile says`);
      this.#posted = undefined;
      return;
    }
    this.#post(image.inputs);
  }

  #post(inputs: GateInputs): void {
    const at = this.#confirmedAt;
    const posted = this.#posted;
    if (posted === undefined || at - posted.at >= REPOST_MS - TICK_MS * 2 || !sameInputs(posted.inputs, inputs)) {
      this.#posted = { inputs, at };
      this.#context.post({ type: "gate-inputs", device: this.id, at, inputs });
    }
    const fault = this.#watchdogFault;
    if (fault === undefined && this.#watchdogTaken) this.#health.clear();
    else if (fault !== undefined) this.#health.raise("degraded", faultOf(fault), fault.detail);
  }

  #tick(connection: OpcUaConnection, nodes: GateNodes): void {
    if (this.#heartbeat.liveness(this.#now()) === "stale") {
      this.#posted = undefined;
      this.#health.raise(
        "down",
        "STALE",
        `the heartbeat of the PLC stands still for more than ${HEARTBEAT_LIMIT_MS} ms`,
      );
    }
    if (!this.#toggling && this.#now() - this.#toggledAt >= WATCHDOG_TOGGLE_MS - TICK_MS / 2) {
      void this.#toggleWatchdog(connection, nodes);
    }
  }

  async #toggleWatchdog(connection: OpcUaConnection, nodes: GateNodes): Promise<void> {
    this.#toggling = true;
    this.#toggledAt = this.#now();
    try {
      const value = !this.#watchdogLevel;
      await connection.write([{ node: connection.resolve(nodes.outputs.watchdog), dataType: "Boolean", value }]);
      this.#watchdogLevel = value;
      this.#watchdogFault = undefined;
      this.#watchdogTaken = true;
    } catch (error) {
      // Anything but a refusal has ended the connection, and the session reports that itself.
      if (isLaneError(error, "DEVICE_EXCEPTION")) this.#watchdogFault = error;
      else if (!isLaneError(error)) throw error;
    } finally {
      this.#toggling = false;
    }
  }

  #now(): MonotonicMs {
    return this.#context.clock.monotonic();
  }
}

async function send(connection: OpcUaConnection, nodes: GateNodes, command: GateCommand): Promise<void> {
  const { outputs, commands } = nodes;
  switch (command.type) {
    case "raise-boom":
      return await pulse(connection, commands.raiseBoom);
    case "lower-boom":
      return await pulse(connection, commands.lowerBoom);
    case "entry-light":
      return await connection.write(lamps(connection, [outputs.entryRed, outputs.entryGreen], command.colour));
    case "exit-light":
      return await connection.write(lamps(connection, [outputs.exitRed, outputs.exitGreen], command.colour));
    case "siren":
      throw new LaneError("DEVICE_EXCEPTION", "no node of this gate is a siren");
    default:
      return unreachable(command);
  }
}

async function pulse(connection: OpcUaConnection, pulse: PulseNodes): Promise<void> {
  if ("write" in pulse) {
    await connection.write([{ node: connection.resolve(pulse.write), dataType: "Boolean", value: true }]);
  } else {
    await connection.call(connection.resolve(pulse.call.object), connection.resolve(pulse.call.method));
  }
}

/** Both lamps of a light with one request. */
function lamps(connection: OpcUaConnection, [red, green]: readonly [string, string], colour: "red" | "green") {
  return [
    { node: connection.resolve(red), dataType: "Boolean", value: colour === "red" },
    { node: connection.resolve(green), dataType: "Boolean", value: colour === "green" },
  ] satisfies NodeWrite[];
}
