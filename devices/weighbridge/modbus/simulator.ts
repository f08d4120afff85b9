import { InvariantError } from "#contract/errors";
import type { ModbusDataModel } from "../../transport/modbus/server/data-model.ts";
import type { DeviceServer } from "../../transport/modbus/server/device-server.ts";
import { ModbusServer, type ServerOptions } from "../../transport/modbus/server/server.ts";
import { blockOf, loadProfile, type StatusBit, type WeighbridgeProfile } from "./profile.ts";
import { encodeCount } from "./registers.ts";
import { Scale, type ScaleOptions } from "./simulator-scale.ts";

export interface WeighbridgeSimulatorOptions extends ServerOptions, Partial<ScaleOptions> {
  /** Register map, or the name of one; default: `generic`. */
  readonly profile?: WeighbridgeProfile | string;
  /** Puts the device on a wire other than Modbus TCP. */
  readonly place?: (model: ModbusDataModel) => DeviceServer;
  /** How many times faster than real the platform settles; default 1. */
  readonly speed?: number;
}

/** What the indicator shows. */
export interface IndicatorDisplay {
  readonly grossKg: number;
  readonly stable: boolean;
  readonly atZero: boolean;
  readonly overRange: boolean;
  readonly underRange: boolean;
}

/** A new measurement is ready this often, milliseconds. */
const MEASUREMENT_MS = 10;

/**
 * A weighing indicator on Modbus TCP with the register map of a profile: swings into its weight, finds out for itself
 * whether it stands still and whether it is at zero. Faults of the wire are switched on at `server`.
 */
export class WeighbridgeSimulator {
  readonly server: DeviceServer;
  readonly #speed: number;
  readonly #scale: Scale;
  readonly #named: string;
  #profile: WeighbridgeProfile | undefined;
  #advancedAt = performance.now();
  #registers: readonly number[] = [];
  #frozen = false;
  #forcedCount: number | undefined;
  #forcedDisplay: Partial<IndicatorDisplay> & { readonly valid?: boolean } = {};

  constructor(options: WeighbridgeSimulatorOptions = {}) {
    const { capacityKg = 80_000, divisionKg = 20, seed = 1 } = options;
    this.#speed = options.speed ?? 1;
    this.#named = typeof options.profile === "string" ? options.profile : "generic";
    this.#profile = typeof options.profile === "string" ? undefined : options.profile;
    this.#scale = new Scale({ capacityKg, divisionKg, seed });
    const model: ModbusDataModel = {
      beginRequest: () => this.#measure(),
      readInputRegister: (address) => this.#register(4, address),
      readHoldingRegister: (address) => this.#register(3, address),
    };
    this.server = options.place?.(model) ?? new ModbusServer(model, options);
  }

  get host(): string {
    return this.server.host;
  }

  get port(): number {
    return this.server.port;
  }

  /** What the indicator shows now, whatever a frozen one answers. */
  get display(): IndicatorDisplay {
    this.#advance();
    const { grossKg, stable, atZero, overRange, underRange } = this.#scale;
    return { grossKg, stable, atZero, overRange, underRange, ...this.#forcedDisplay };
  }

  /** Listens on the network. Also ends a `stop`; the port stays the same. */
  async start(): Promise<void> {
    this.#profile ??= await loadProfile(this.#named);
    await this.server.start();
  }

  /** Leaves the network. Safe to call twice. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Cuts all connections; what stands on the platform stays. */
  reboot(): void {
    this.#frozen = false;
    this.server.dropConnections();
  }

  /** Puts so many kilograms on the platform; the indicator swings there within about 1.5 s. */
  setLoad(kg: number): void {
    this.#change(() => this.#scale.setLoad(kg));
  }

  /** Moves the zero point by so many kilograms. */
  setDrift(kg: number): void {
    this.#change(() => this.#scale.setDrift(kg));
  }

  /** Keeps the platform moving by so many kilograms to each side; 0 ends it. */
  setShake(kg: number): void {
    this.#change(() => this.#scale.setShake(kg));
  }

  /** The indicator goes on answering its last values and measures no more. */
  setFrozen(frozen: boolean): void {
    this.#measure();
    this.#frozen = frozen;
  }

  /** Puts this count, before scaling, into the weight registers whatever is measured; undefined ends it. */
  forceCount(count: number | undefined): void {
    this.#forcedCount = count;
  }

  /** Status bits, or a displayed weight, that are not true; `{}` ends it. */
  forceDisplay(display: Partial<IndicatorDisplay> & { readonly valid?: boolean }): void {
    this.#forcedDisplay = display;
  }

  #register(functionCode: 3 | 4, address: number): number | undefined {
    const profile = this.#knownProfile();
    return profile.functionCode === functionCode ? this.#registers[address - blockOf(profile).address] : undefined;
  }

  #change(action: () => void): void {
    this.#advance();
    action();
  }

  #advance(): void {
    const now = performance.now();
    this.#scale.advance((now - this.#advancedAt) * this.#speed);
    this.#advancedAt = now;
  }

  /** Fills the registers, so that all of one reply are of one moment. */
  #measure(): void {
    if (this.#frozen) {
      return;
    }
    const profile = this.#knownProfile();
    const { gross, status, sampleCounter } = profile;
    const { address, count } = blockOf(profile);
    const registers = Array.from({ length: count }, () => 0);
    const display = this.display;
    const shown = gross.negative === undefined ? display.grossKg : Math.abs(display.grossKg);
    const words = encodeCount(gross, this.#forcedCount ?? shown / gross.scale);
    registers.splice(gross.address - address, words.length, ...words);
    if (status !== undefined) {
      const valid = this.#forcedDisplay.valid ?? true;
      registers[status.address - address] =
        flag(status.stable, display.stable) |
        flag(status.zero, display.atZero) |
        flag(status.overRange, display.overRange) |
        flag(status.underRange, display.underRange) |
        flag(gross.negative, display.grossKg < 0) |
        (status.valid ?? []).reduce((bits, bit) => bits | flag(bit, valid), 0);
    }
    if (sampleCounter !== undefined) {
      registers[sampleCounter.address - address] = Math.floor(performance.now() / MEASUREMENT_MS) & 0xffff;
    }
    this.#registers = registers;
  }

  #knownProfile(): WeighbridgeProfile {
    if (this.#profile === undefined) {
      throw new InvariantError("the weighbridge simulator has not been started");
    }
    return this.#profile;
  }
}

/** The bit as it stands in the register; a bit that the map does not have is 0. */
function flag(bit: StatusBit | undefined, active: boolean): number {
  return bit !== undefined && active === (bit.activeWhen === 1) ? 1 << bit.bit : 0;
}
