import type { Device, DeviceContext, GateDevice } from "#contract/device";
import { isLaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { Clock } from "#contract/units";

type Command = Extract<ToEdge, { type: "gate-command" }>;
type Failure = NonNullable<Extract<ToControl, { type: "gate-command-outcome" }>["error"]>;

export interface FieldDevicesOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Builds the devices of this lane that keep their own pace; none of them is started yet. */
  readonly devices: (
    context: DeviceContext,
  ) => Promise<{ readonly gate: GateDevice | null; readonly others: readonly Device[] }>;
  readonly send: (message: ToControl) => void;
}

/** Gate, weighbridge and the like whose drivers run in the edge process. Their events are relayed by the context. */
export class FieldDevices {
  readonly #options: FieldDevicesOptions;
  #gate: GateDevice | null = null;
  #all: readonly Device[] = [];

  constructor(options: FieldDevicesOptions) {
    this.#options = options;
  }

  async start(context: DeviceContext): Promise<void> {
    const { gate, others } = await this.#options.devices(context);
    this.#gate = gate;
    this.#all = gate === null ? others : [gate, ...others];
    for (const device of this.#all) await device.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((device) => device.stop()));
  }

  /** Passes one command on, once, and tells what became of it. One that comes too late is not passed on. */
  async command({ gate, commandId, command, expiresAt }: Command): Promise<void> {
    const error = await this.#perform(gate, command, expiresAt);
    this.#options.send({ type: "gate-command-outcome", gate, commandId, error });
  }

  async #perform(id: string, command: Command["command"], expiresAt: number): Promise<Failure | null> {
    const gate = this.#gate;
    if (gate === null || gate.id !== id) {
      return { code: "DEVICE_OFFLINE", detail: `${id}: ${command.type} not sent, the edge process has no such gate` };
    }
    const lateMs = Math.round(this.#options.clock.monotonic() - expiresAt);
    if (lateMs > 0) {
      return { code: "DEVICE_OFFLINE", detail: `${id}: ${command.type} not sent, it came ${lateMs} ms too late` };
    }
    try {
      await gate.command(command);
      return null;
    } catch (error) {
      if (isLaneError(error)) return { code: error.code, detail: error.detail };
      return { code: "DEVICE_TIMEOUT", detail: `${id}: ${command.type}: ${messageOf(error)}` };
    }
  }
}
