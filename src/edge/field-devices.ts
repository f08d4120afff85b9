import type { Device, DeviceContext, GateDevice, VehicleLinkDevice } from "#contract/device";
import { isLaneError, LaneError, messageOf } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import type { Clock } from "#contract/units";

type Command = Extract<ToEdge, { type: "gate-command" }>;
type VehicleOrder = Extract<ToEdge, { type: "vehicle-order" }>;
type Failure = NonNullable<Extract<ToControl, { type: "gate-command-outcome" }>["error"]>;

export interface FieldDevicesOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Builds the devices of this lane that keep their own pace; none of them is started yet. */
  readonly devices: (context: DeviceContext) => Promise<{
    readonly gate: GateDevice | null;
    /** Links to unmanned vehicles. */
    readonly links?: readonly VehicleLinkDevice[];
    readonly others: readonly Device[];
  }>;
  readonly send: (message: ToControl) => void;
}

/** Gate, weighbridge, links to vehicles and the like whose drivers run in the edge process. Their events are relayed by the context. */
export class FieldDevices {
  readonly #options: FieldDevicesOptions;
  #gate: GateDevice | null = null;
  #links: readonly VehicleLinkDevice[] = [];
  #all: readonly Device[] = [];

  constructor(options: FieldDevicesOptions) {
    this.#options = options;
  }

  async start(context: DeviceContext): Promise<void> {
    const { gate, links = [], others } = await this.#options.devices(context);
    this.#gate = gate;
    this.#links = links;
    this.#all = [...(gate === null ? [] : [gate]), ...links, ...others];
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

  /** The same for an order to an unmanned vehicle: a permission that comes too late lets nobody in. */
  async vehicleOrder(order: VehicleOrder): Promise<void> {
    const { device, orderId } = order;
    const answer = { type: "vehicle-order-outcome", device, orderId } as const;
    try {
      const leaseUtc = await this.#order(order);
      this.#options.send({ ...answer, leaseUtc, error: null });
    } catch (error) {
      this.#options.send({ ...answer, leaseUtc: null, error: failureOf(error, `${device}: ${order.order.type}`) });
    }
  }

  async #order({ device, vehicle, request, order, expiresAt }: VehicleOrder): Promise<number | null> {
    const link = this.#links.find(({ id }) => id === device);
    if (link === undefined) throw new LaneError("DEVICE_OFFLINE", `the edge process has no link ${device}`);
    const lateMs = Math.round(this.#options.clock.monotonic() - expiresAt);
    if (lateMs > 0) throw new LaneError("DEVICE_OFFLINE", `${device}: ${order.type} came ${lateMs} ms too late`);
    if (order.type === "grant") return await link.grant(vehicle, request, order.leaseMs);
    await link.refuse(vehicle, request);
    return null;
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
      return failureOf(error, `${id}: ${command.type}`);
    }
  }
}

/** Nobody knows what became of something that failed without a code of ours. */
function failureOf(error: unknown, what: string): Failure {
  if (isLaneError(error)) return { code: error.code, detail: error.detail };
  return { code: "DEVICE_TIMEOUT", detail: `${what}: ${messageOf(error)}` };
}
