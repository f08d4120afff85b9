import type { DeviceContext, DeviceEvent, GateCommand, GateDevice, WeighbridgeDevice } from "#contract/device";
import { LaneError } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { Clock, MonotonicMs } from "#contract/units";

/** A command must be with its device within this time, milliseconds; a process that was stuck must not send it later. */
const COMMAND_FRESH_MS = 1000;
/** Longest wait for the outcome of a command, milliseconds: the device's own limits and the way there and back. */
const OUTCOME_LIMIT_MS = 5000;
/** A working device says something at least once a second; after this time it counts as lost, milliseconds. */
const SILENT_MS = 3000;
const LOOK_MS = 250;

type Outcome = Extract<ToControl, { type: "gate-command-outcome" }>;

export interface RemoteDevicesOptions {
  readonly clock: Clock;
  readonly send: (message: ToEdge) => void;
}

/**
 * Field devices whose drivers run in the edge process. To the lane they are devices like others; what may happen here
 * besides is that the edge process itself stands still or ends, and then they are down.
 */
export class RemoteDevices {
  readonly #options: RemoteDevicesOptions;
  readonly #gates = new Map<string, RemoteGate>();
  readonly #watches = new Map<string, SilenceWatch>();

  constructor(options: RemoteDevicesOptions) {
    this.#options = options;
  }

  gate(id: string, context: DeviceContext): GateDevice {
    const gate = new RemoteGate(id, this.#options, this.#watch(id, context));
    this.#gates.set(id, gate);
    return gate;
  }

  weighbridge(id: string, context: DeviceContext): WeighbridgeDevice {
    const watch = this.#watch(id, context);
    return { id, class: "weighbridge", start: async () => watch.start(), stop: async () => watch.stop() };
  }

  /** An event that came from the edge process. */
  heard(event: DeviceEvent): void {
    this.#watches.get(event.device)?.heard(event);
  }

  /** What became of a command. One that nobody waits for any more is ignored. */
  outcome(outcome: Outcome): void {
    this.#gates.get(outcome.gate)?.outcome(outcome);
  }

  #watch(id: string, context: DeviceContext): SilenceWatch {
    const watch = new SilenceWatch(id, context);
    this.#watches.set(id, watch);
    return watch;
  }
}

class RemoteGate implements GateDevice {
  readonly id: string;
  readonly #options: RemoteDevicesOptions;
  readonly #watch: SilenceWatch;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #sent = 0;

  constructor(id: string, options: RemoteDevicesOptions, watch: SilenceWatch) {
    this.id = id;
    this.#options = options;
    this.#watch = watch;
  }

  async start(): Promise<void> {
    this.#watch.start();
  }

  async stop(): Promise<void> {
    this.#watch.stop();
  }

  async command(command: GateCommand): Promise<void> {
    const { clock, send } = this.#options;
    const now = clock.monotonic();
    this.#sent += 1;
    // The edge process outlives this one: a late outcome from before a restart must not fit a new command.
    const commandId = `${now}-${this.#sent}`;
    const answered = new Promise<Outcome>((resolve) => this.#waiting.set(commandId, resolve));
    send({ type: "gate-command", gate: this.id, commandId, command, expiresAt: now + COMMAND_FRESH_MS });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const detail = `${this.id}: no outcome of ${command.type} within ${OUTCOME_LIMIT_MS} ms`;
      timer = setTimeout(() => reject(new LaneError("DEVICE_TIMEOUT", detail)), OUTCOME_LIMIT_MS);
    });
    try {
      const { error } = await Promise.race([answered, late]);
      if (error !== null) throw new LaneError(error.code, error.detail);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(commandId);
    }
  }

  outcome(outcome: Outcome): void {
    this.#waiting.get(outcome.commandId)?.(outcome);
  }
}

/** Says that a device is down when nothing is heard of it any more. */
class SilenceWatch {
  readonly #id: string;
  readonly #context: DeviceContext;
  #heardAt: MonotonicMs | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(id: string, context: DeviceContext) {
    this.#id = id;
    this.#context = context;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  heard(event: DeviceEvent): void {
    const down = event.type === "health" && event.health.state === "down";
    // A device that is down has nothing to say until it is up again.
    this.#heardAt = down ? undefined : this.#context.clock.monotonic();
  }

  #look(): void {
    const at = this.#context.clock.monotonic();
    if (this.#heardAt === undefined || at - this.#heardAt <= SILENT_MS) return;
    this.#heardAt = undefined;
    const fault = { code: "OFFLINE", detail: "the edge process, which talks to it, says nothing" } as const;
    this.#context.post({ type: "health", device: this.#id, at, health: { state: "down", fault } });
  }
}
