import type { GateInputName, GateInputs } from "#contract/device";
import { InvariantError } from "#contract/errors";
import type { ModbusDataModel } from "../../transport/modbus/server/data-model.ts";
import type { DeviceServer } from "../../transport/modbus/server/device-server.ts";
import { ModbusServer, type ServerOptions } from "../../transport/modbus/server/server.ts";
import { coilAt, type GateProfile, inputLevel, loadGateProfile } from "./profile.ts";
import { COIL, WATCHDOG_LIMIT_MS } from "./register-table.ts";
import { Boom, type BoomMotion } from "./simulator-boom.ts";
import { ChallengeRegisters } from "./simulator-challenge.ts";
import {
  type BoomCommandReceived,
  type CommandCounters,
  type FieldInputs,
  PlcProgram,
  type ShownLight,
} from "./simulator-program.ts";

export type { BoomMotion, CommandCounters, FieldInputs, ShownLight };

export interface GatePlcSimulatorOptions extends ServerOptions {
  /** I/O map, or the name of one; default: `generic`. */
  readonly profile?: GateProfile | string;
  /** Time of a whole movement of the boom, milliseconds; default 1500. */
  readonly travelMs?: number;
  /** Key with which it answers challenges, 16 bytes; without one it does not know how. */
  readonly challengeKey?: Uint8Array;
  /** Puts the device on a wire other than Modbus TCP. */
  readonly place?: (model: ModbusDataModel) => DeviceServer;
  /** How many times faster than real the boom moves; default 1. Heartbeat and watchdog always keep real time. */
  readonly speed?: number;
}

/** Something that can be seen from outside has happened. */
export type GatePlcChange =
  | ({ readonly type: "command" } & BoomCommandReceived)
  | { readonly type: "boom"; readonly motion: BoomMotion; readonly position: number }
  | { readonly type: "lights"; readonly entry: ShownLight; readonly exit: ShownLight }
  | { readonly type: "inputs"; readonly inputs: GateInputs };

/** While the boom moves its position is worked out this often, milliseconds. */
const STEP_MS = 5;
/** The heartbeat register counts up once in this time, milliseconds. */
const HEARTBEAT_MS = 20;

/**
 * A gate PLC with its barrier on Modbus TCP: the I/O map of the register table, its own boom mechanics and its own
 * safety rules. Faults of the wire are switched on at `server`.
 */
export class GatePlcSimulator {
  readonly server: DeviceServer;
  readonly #named: string;
  #profile: GateProfile | undefined;
  readonly #speed: number;
  readonly #boom: Boom;
  readonly #program: PlcProgram;
  readonly #listeners = new Set<(change: GatePlcChange) => void>();
  #challenge: ChallengeRegisters;
  #advancedAt = performance.now();
  #stepping: NodeJS.Timeout | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  /** What the PLC goes on answering while its program stands still. */
  #frozen: { readonly inputs: GateInputs; readonly heartbeat: number } | undefined;
  #reported: { boom: string; lights: string; inputs: string };

  constructor(options: GatePlcSimulatorOptions = {}) {
    this.#named = typeof options.profile === "string" ? options.profile : "generic";
    this.#profile = typeof options.profile === "string" ? undefined : options.profile;
    this.#challenge = new ChallengeRegisters(options.challengeKey);
    this.#speed = options.speed ?? 1;
    this.#boom = new Boom(options.travelMs ?? 1500);
    this.#program = new PlcProgram(this.#boom);
    this.#reported = this.#outside();
    const model: ModbusDataModel = {
      beginRequest: () => this.#advance(),
      endRequest: () => this.#settle(),
      readDiscreteInput: (address) => this.#input(2, address),
      readCoil: (address) => this.#coil(address) ?? this.#input(1, address),
      readInputRegister: (address) => this.#register(4, address),
      readHoldingRegister: (address) => this.#register(3, address),
      writeCoil: (address, on) => this.#writeCoil(address, on),
      writeRegister: (address, value) =>
        this.#challenge.write(this.#knownProfile(), address, value, this.#frozen === undefined),
    };
    this.server = options.place?.(model) ?? new ModbusServer(model, options);
  }

  get host(): string {
    return this.server.host;
  }

  get port(): number {
    return this.server.port;
  }

  /** The inputs as they are now, through their wires, also while the program stands still and answers old ones. */
  get inputs(): GateInputs {
    this.#advance();
    return this.#program.inputs();
  }

  get lights(): { readonly entry: ShownLight; readonly exit: ShownLight } {
    return this.#program.lights;
  }

  /** 0 = closed .. 1 = open. */
  get boomPosition(): number {
    this.#advance();
    return this.#boom.position;
  }

  get boomMotion(): BoomMotion {
    this.#advance();
    return this.#boom.motion;
  }

  get counters(): CommandCounters {
    return this.#program.counters;
  }

  /** False when the lane's watchdog has been silent for 2 s, or was never heard since the last boot. */
  get watchdogSeen(): boolean {
    return this.#program.watchdogSeen;
  }

  /** Listens on the network. Also ends a `stop`; the port stays the same. */
  async start(): Promise<void> {
    this.#profile ??= await loadGateProfile(this.#named);
    await this.server.start();
  }

  /** Leaves the network and stands still, as without power. Safe to call twice. */
  async stop(): Promise<void> {
    this.#advance();
    clearInterval(this.#stepping);
    this.#stepping = undefined;
    clearTimeout(this.#watchdog);
    this.#program.boot();
    await this.server.stop();
  }

  /** Cuts all connections and starts the program afresh. The boom stays where it is; nothing is remembered. */
  reboot(): void {
    this.#frozen = undefined;
    this.#change(() => this.#program.boot());
    this.server.dropConnections();
  }

  /** Loops, eyes, stop chain and the like as they truly are. */
  setInputs(changes: Partial<FieldInputs>): void {
    this.#change(() => this.#program.setField(changes));
  }

  /** A stuck loop, a broken limit switch, a muddy eye: the input shows `value` until it is repaired with undefined. */
  forceInput(name: GateInputName, value: boolean | undefined): void {
    this.#change(() => this.#program.force(name, value));
  }

  /** The program stops: values and heartbeat stand still, commands are taken and forgotten, the motor is off. */
  setFrozen(frozen: boolean): void {
    this.#change(() => {
      this.#frozen = frozen ? { inputs: this.#program.inputs(), heartbeat: this.#heartbeat() } : undefined;
    });
  }

  /** Another device has taken over the open connection: it knows this key, or none. */
  setChallengeKey(key: Uint8Array | undefined): void {
    this.#challenge = new ChallengeRegisters(key);
  }

  /** The motor runs and the arm does not follow. */
  setJammed(jammed: boolean): void {
    this.#change(() => this.#boom.setJammed(jammed));
  }

  /** Somebody moves the arm by hand: 0 = closed .. 1 = open. */
  pushBoom(position: number): void {
    this.#change(() => this.#boom.push(position));
  }

  /** Calls `listener` with every change from now on. Returns the function that ends this. */
  onChange(listener: (change: GatePlcChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #input(functionCode: 1 | 2, address: number): boolean | undefined {
    const profile = this.#knownProfile();
    const inputs = this.#frozen?.inputs ?? this.#program.inputs();
    return profile.inputs.functionCode === functionCode ? inputLevel(profile, inputs, address) : undefined;
  }

  #coil(address: number): boolean | undefined {
    const name = coilAt(this.#knownProfile(), address);
    return name === undefined ? undefined : this.#program.coil(COIL[name]);
  }

  #register(functionCode: 3 | 4, address: number): number | undefined {
    const profile = this.#knownProfile();
    const { heartbeat } = profile;
    if (heartbeat.functionCode === functionCode && heartbeat.address === address) return this.#heartbeat();
    return this.#challenge.read(profile, functionCode, address);
  }

  #knownProfile(): GateProfile {
    if (this.#profile === undefined) {
      throw new InvariantError("the gate PLC simulator has not been started");
    }
    return this.#profile;
  }

  #heartbeat(): number {
    return this.#frozen?.heartbeat ?? Math.floor(performance.now() / HEARTBEAT_MS) & 0xffff;
  }

  #writeCoil(address: number, on: boolean): boolean {
    const name = coilAt(this.#knownProfile(), address);
    if (name === undefined) {
      return false;
    }
    if (this.#frozen === undefined) {
      const toggles = this.#program.counters.watchdogToggles;
      const command = this.#program.writeCoil(COIL[name], on);
      if (command !== undefined) {
        this.#emit({ type: "command", ...command });
      }
      if (this.#program.counters.watchdogToggles !== toggles) {
        this.#rearmWatchdog();
      }
    }
    return true;
  }

  #rearmWatchdog(): void {
    clearTimeout(this.#watchdog);
    const lost = () => this.#change(() => this.#program.loseWatchdog());
    this.#watchdog = setTimeout(lost, WATCHDOG_LIMIT_MS).unref();
  }

  #change(action: () => void): void {
    this.#advance();
    action();
    this.#settle();
  }

  /** Applies the safety rules to whatever has changed, and tells the listeners. */
  #settle(): void {
    if (this.#frozen === undefined) {
      this.#program.guard();
    } else {
      this.#boom.drive("still");
    }
    this.#report();
    this.#stepWhileMoving();
  }

  #advance(): void {
    const now = performance.now();
    this.#boom.advance((now - this.#advancedAt) * this.#speed);
    this.#advancedAt = now;
  }

  #stepWhileMoving(): void {
    const moving = this.#boom.motion !== "still";
    if (moving && this.#stepping === undefined) {
      this.#stepping = setInterval(() => this.#change(() => {}), STEP_MS).unref();
    } else if (!moving) {
      clearInterval(this.#stepping);
      this.#stepping = undefined;
    }
  }

  #report(): void {
    const before = this.#reported;
    const now = this.#outside();
    this.#reported = now;
    if (now.boom !== before.boom) {
      this.#emit({ type: "boom", motion: this.#boom.motion, position: this.#boom.position });
    }
    if (now.lights !== before.lights) {
      this.#emit({ type: "lights", ...this.#program.lights });
    }
    if (now.inputs !== before.inputs) {
      this.#emit({ type: "inputs", inputs: this.#program.inputs() });
    }
  }

  #outside(): { boom: string; lights: string; inputs: string } {
    return {
      boom: this.#boom.motion,
      lights: JSON.stringify(this.#program.lights),
      inputs: JSON.stringify(this.#program.inputs()),
    };
  }

  #emit(change: GatePlcChange): void {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }
}
