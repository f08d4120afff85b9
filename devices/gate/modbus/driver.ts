import type { DeviceContext, GateCommand, GateDevice, GateInputs } from "#contract/device";
import { isLaneError, LaneError, unreachable } from "#contract/errors";
import type { MonotonicMs } from "#contract/units";
import { ChangeWatch } from "../../transport/common/change-watch.ts";
import { faultCodeOf, HealthReporter } from "../../transport/common/health-reporter.ts";
import { PollingLoop } from "../../transport/common/polling-loop.ts";
import type { ModbusLink, OpenLink } from "../../transport/modbus/link.ts";
import {
  type ModbusRequest,
  readBits,
  readRegisters,
  writeCoil,
  writeCoils,
  writeRegisters,
} from "../../transport/modbus/requests.ts";
import { CHALLENGE_REGISTERS, PlcChallenge, readChallengeKey } from "./challenge.ts";
import type { PlcOptions } from "./options.ts";
import { decodeInputs, type GateProfile, inputBlockOf, loadGateProfile } from "./profile.ts";
import { HEARTBEAT_LIMIT_MS, sameInputs } from "./register-table.ts";

/** Unchanged inputs are posted again this often, milliseconds, so that the lane knows the age of its image. */
const REPOST_MS = 1000;
/** Time between two reads of the heartbeat register, milliseconds. */
const HEARTBEAT_READ_MS = 50;
/** Time between two inversions of the watchdog coil, milliseconds: two may fail before the PLC notices. */
const WATCHDOG_TOGGLE_MS = 250;
/** Rest after an exception reply, milliseconds: a busy PLC is not asked fifty times a second. */
const EXCEPTION_REST_MS = 200;

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * Driver of the gate PLC. Inputs are posted only while the PLC's heartbeat is seen to change: a program that has stopped
 * leaves its last values behind, and they look like news. Commands are sent once; what became of them is read back from
 * the limit switches by the lane.
 */
export class ModbusGate implements GateDevice {
  readonly id: string;
  readonly #options: PlcOptions;
  readonly #context: DeviceContext;
  readonly #health: HealthReporter;
  readonly #bus: ModbusLink;
  readonly #loop: PollingLoop;
  readonly #heartbeat = new ChangeWatch(HEARTBEAT_LIMIT_MS);
  #profile: GateProfile | undefined;
  #challenge: PlcChallenge | undefined;
  #inputsReadAt: MonotonicMs = NEVER;
  #heartbeatReadAt: MonotonicMs = NEVER;
  #toggledAt: MonotonicMs = NEVER;
  #restUntil: MonotonicMs = NEVER;
  #watchdogLevel = false;
  #posted: { readonly inputs: GateInputs; readonly at: MonotonicMs } | undefined;

  /** @param open gives the link to the device; it is told what this driver must hear of it. */
  constructor(id: string, options: PlcOptions, context: DeviceContext, open: OpenLink) {
    this.id = id;
    this.#options = options;
    this.#context = context;
    this.#health = new HealthReporter(id, context);
    const listener = {
      connected: () => this.#forget(),
      disconnected: (reason: LaneError) => this.#health.raise("down", faultCodeOf(reason), reason.detail),
    };
    this.#bus = open(listener);
    const periodMs = Math.min(options.pollMs, HEARTBEAT_READ_MS);
    this.#loop = new PollingLoop(periodMs, context.clock, () => this.#round());
  }

  /** Rejects with LaneError CONFIG_INVALID when the profile or the key is missing or not one. */
  async start(): Promise<void> {
    const profile = await loadGateProfile(this.#options.profile);
    this.#challenge = this.#challengeFor(profile);
    this.#profile = profile;
    // Replies of one and of two bytes, where the block of all inputs takes three or more.
    const { address } = inputBlockOf(profile);
    const { unit } = this.#options;
    this.#bus.start([1, 9].map((count) => readBits(profile.inputs.functionCode, { unit, address, count })));
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#bus.stop();
    await this.#loop.stop();
  }

  async command(command: GateCommand): Promise<void> {
    // Coils written to a PLC whose program stands still would take effect whenever it runs again.
    const profile = this.#profile;
    const obstacle = this.#obstacle();
    if (profile === undefined || obstacle !== undefined) {
      throw new LaneError("DEVICE_OFFLINE", `${this.id}: ${command.type} not sent, ${obstacle ?? "not started"}`);
    }
    await this.#bus.request(requestFor(command, this.#options.unit, profile.coils));
  }

  /** Why nothing can be asked of the PLC now; undefined when it can. */
  #obstacle(): string | undefined {
    if (!this.#bus.connected) return "not connected";
    const liveness = this.#heartbeat.liveness(this.#now());
    if (liveness !== "live") return `the heartbeat of its PLC is ${liveness}`;
    return this.#proven ? undefined : "its PLC has not proven to be the one that was installed";
  }

  /** A device that was just connected is a new one: nothing that was seen before the break counts. */
  #forget(): void {
    this.#heartbeat.reset();
    this.#challenge?.reset();
    this.#inputsReadAt = NEVER;
    this.#heartbeatReadAt = NEVER;
    this.#toggledAt = NEVER;
    this.#restUntil = NEVER;
    this.#posted = undefined;
  }

  async #round(): Promise<void> {
    const profile = this.#profile;
    if (profile === undefined || !this.#bus.connected || this.#now() < this.#restUntil) {
      return;
    }
    try {
      await this.#readHeartbeat(profile);
      await this.#prove(profile);
      await this.#readInputs(profile);
    } catch (error) {
      this.#refused("down", error);
      return;
    }
    try {
      await this.#toggleWatchdog(profile);
    } catch (error) {
      this.#refused("degraded", error);
      return;
    }
    if (this.#posted !== undefined && this.#proven && this.#heartbeat.liveness(this.#now()) === "live") {
      this.#health.clear();
    }
  }

  async #readHeartbeat({ heartbeat }: GateProfile): Promise<void> {
    const at = this.#now();
    const unproven = this.#heartbeat.liveness(at) === "unproven";
    if (!unproven && !this.#isDue(this.#heartbeatReadAt, HEARTBEAT_READ_MS, at)) {
      return;
    }
    const span = { unit: this.#options.unit, address: heartbeat.address, count: 1 };
    const [count] = await this.#bus.request(readRegisters(heartbeat.functionCode, span));
    this.#heartbeatReadAt = at;
    this.#heartbeat.observe(count ?? 0, at);
    if (this.#heartbeat.liveness(at) === "stale") {
      this.#posted = undefined;
      const detail = `the heartbeat register ${heartbeat.address} stands still for more than ${HEARTBEAT_LIMIT_MS} ms`;
      this.#health.raise("down", "STALE", detail);
    }
  }

  #challengeFor({ name, challenge }: GateProfile): PlcChallenge | undefined {
    const { challengeKeyFile } = this.#options;
    if (challengeKeyFile === undefined) return undefined;
    if (challenge === undefined) {
      throw new LaneError(
        "CONFIG_INVALID",
        `challengeKeyFile: the gate profile ${name} has no registers for a challenge`,
      );
    }
    return new PlcChallenge(readChallengeKey(challengeKeyFile));
  }

  /** Whether the PLC is the one that was installed, as far as that is asked. */
  get #proven(): boolean {
    return this.#challenge === undefined || this.#challenge.standing === "proven";
  }

  async #prove({ challenge: place }: GateProfile): Promise<void> {
    const challenge = this.#challenge;
    if (challenge === undefined || place === undefined) return;
    const { unit } = this.#options;
    const asked = challenge.next(this.#now());
    if (asked !== undefined) await this.#bus.request(writeRegisters(unit, place.address, asked));
    if (!challenge.open) return;
    const span = { unit, address: place.answer.address, count: CHALLENGE_REGISTERS };
    challenge.take(await this.#bus.request(readRegisters(place.answer.functionCode, span)), this.#now());
    if (challenge.standing === "failed") {
      this.#posted = undefined;
      this.#health.raise("down", "IDENTITY", "what answers as its PLC does not know the key in challengeKeyFile");
    }
  }

  async #readInputs(profile: GateProfile): Promise<void> {
    // The age counts from before the request: the image is never older than it claims to be.
    const at = this.#now();
    if (
      this.#heartbeat.liveness(at) !== "live" ||
      !this.#proven ||
      !this.#isDue(this.#inputsReadAt, this.#options.pollMs, at)
    ) {
      return;
    }
    const span = { unit: this.#options.unit, ...inputBlockOf(profile) };
    const inputs = decodeInputs(profile, await this.#bus.request(readBits(profile.inputs.functionCode, span)));
    this.#inputsReadAt = at;
    const posted = this.#posted;
    const dueBeforeNext = posted !== undefined && at + this.#options.pollMs - posted.at >= REPOST_MS;
    if (posted === undefined || dueBeforeNext || !sameInputs(posted.inputs, inputs)) {
      this.#posted = { inputs, at };
      this.#context.post({ type: "gate-inputs", device: this.id, at, inputs });
    }
  }

  async #toggleWatchdog({ coils }: GateProfile): Promise<void> {
    const at = this.#now();
    if (this.#isDue(this.#toggledAt, WATCHDOG_TOGGLE_MS, at)) {
      const level = !this.#watchdogLevel;
      await this.#bus.request(writeCoil(this.#options.unit, coils.watchdogToggle, level));
      this.#watchdogLevel = level;
      this.#toggledAt = at;
    }
  }

  /** Anything but an exception reply has ended the connection, and the bus reports that itself. */
  #refused(state: "down" | "degraded", error: unknown): void {
    if (!isLaneError(error)) {
      throw error;
    }
    if (error.code === "DEVICE_EXCEPTION") {
      this.#restUntil = this.#now() + EXCEPTION_REST_MS;
      this.#health.raise(state, "EXCEPTION", error.detail);
    }
  }

  #isDue(last: MonotonicMs, periodMs: number, at: MonotonicMs): boolean {
    // A round that begins a little early must not cost a whole further round.
    return at - last >= periodMs - Math.min(this.#options.pollMs, HEARTBEAT_READ_MS) / 2;
  }

  #now(): MonotonicMs {
    return this.#context.clock.monotonic();
  }
}

function requestFor(command: GateCommand, unit: number, coils: GateProfile["coils"]): ModbusRequest<void> {
  switch (command.type) {
    case "raise-boom":
      return writeCoil(unit, coils.cmdOpen, true);
    case "lower-boom":
      return writeCoil(unit, coils.cmdClose, true);
    case "entry-light":
      return writeCoils(unit, coils.lightEntryRed, lamps(command.colour));
    case "exit-light":
      return writeCoils(unit, coils.lightExitRed, lamps(command.colour));
    case "siren":
      return writeCoil(unit, coils.siren, command.on);
    default:
      return unreachable(command);
  }
}

/** Red lamp, green lamp. */
function lamps(colour: "red" | "green"): readonly [boolean, boolean] {
  return [colour === "red", colour === "green"];
}
