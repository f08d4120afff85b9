import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import type { LineSettings } from "#devices/transport/serial/line-options";
import { Cable } from "./cable.ts";
import { type DeviceEntry, numberOption, textOption } from "./fitting.ts";

/** A line on which simulators answer Modbus RTU. */
export interface RtuLine {
  readonly server: RtuLineServer;
  /** The lane's end, as the option `line`; known once the server has been started. */
  laneEnd(): string;
}

/**
 * The serial lines of a lane. A line named as a port of this machine becomes a pair of pseudo-terminals, one named as a
 * device server a TCP port; devices that name the same line share it.
 */
export class SerialPlant {
  readonly #cables = new Map<string, Promise<Cable>>();
  readonly #rtu = new Map<string, Promise<RtuLine>>();

  /** The cable in place of the port that `entry` names, or undefined for a serial device server. */
  async cable(entry: DeviceEntry): Promise<Cable | undefined> {
    const line = textOption(entry, "line") ?? "";
    return line.startsWith("tcp://") ? undefined : await this.#cable(line);
  }

  /** The line of Modbus RTU that `entry` names, not yet started. */
  async rtu(entry: DeviceEntry): Promise<RtuLine> {
    const line = textOption(entry, "line") ?? "";
    const known = this.#rtu.get(line);
    if (known !== undefined) return await known;
    const made = this.#makeRtu(entry);
    this.#rtu.set(line, made);
    return await made;
  }

  /** Opens the lines of Modbus RTU; their devices answer once they are started. */
  async start(): Promise<void> {
    for (const line of this.#rtu.values()) await (await line).server.start();
  }

  /** Takes every line away. Safe to call twice. */
  async stop(): Promise<void> {
    // A line that could not be made has been reported where it was asked for.
    const lines = await Promise.allSettled(this.#rtu.values());
    for (const line of lines) if (line.status === "fulfilled") await line.value.server.stop();
    const cables = await Promise.allSettled(this.#cables.values());
    for (const cable of cables) if (cable.status === "fulfilled") await cable.value.pull();
  }

  async #makeRtu(entry: DeviceEntry): Promise<RtuLine> {
    const cable = await this.cable(entry);
    if (cable === undefined) {
      const server = new RtuLineServer();
      return { server, laneEnd: () => server.line };
    }
    return { server: new RtuLineServer(deviceEnd(entry, cable)), laneEnd: () => cable.near };
  }

  async #cable(line: string): Promise<Cable> {
    const known = this.#cables.get(line);
    if (known !== undefined) return await known;
    const plugged = (async () => {
      const cable = new Cable();
      try {
        await cable.plug();
      } catch (error) {
        await cable.pull();
        throw error;
      }
      return cable;
    })();
    this.#cables.set(line, plugged);
    return await plugged;
  }
}

/** The device's end of a cable, set as the lane's end is. */
export function deviceEnd(entry: DeviceEntry, cable: Cable): LineSettings {
  const parity = textOption(entry, "parity");
  return {
    line: cable.far,
    baudRate: numberOption(entry, "baudRate") ?? 9600,
    dataBits: numberOption(entry, "dataBits") === 7 ? 7 : 8,
    parity: parity === "even" || parity === "odd" ? parity : "none",
    stopBits: numberOption(entry, "stopBits") === 2 ? 2 : 1,
  };
}
