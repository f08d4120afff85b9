import type { DeviceContext } from "#contract/device";
import { isLaneError, LaneError } from "#contract/errors";
import { BACKOFF_FIRST_MS } from "../../common/backoff.ts";
import type { BusListener, ModbusLink } from "../link.ts";
import type { ModbusRequest } from "../requests.ts";
import type { RtuSettings } from "./options.ts";
import { type SharedLine, type Station, sharedLine } from "./shared-line.ts";

/** The rest after a failure doubles with every further one, up to this, milliseconds, or to `settleMs` if that is more. */
const LONGEST_REST_MS = 5000;
/** Proofs asked for before a device is admitted: the second one has another length than the first. */
const PROOFS = 2;

/**
 * One device on a serial line that it shares with others.
 *
 * RTU replies carry no number: the late reply to one request looks like the prompt reply to the next, and everything
 * that follows is off by one - the weight of the previous truck. Three things stand against it. Any timeout or misfit
 * ends the connection, and a new one begins by listening until the line is silent. The device is then left alone for
 * `settleMs`, longer than its latest answer should take, and for twice as long whenever that was not enough. And the
 * first requests after that are proofs, two of different lengths and neither that of a regular reply: devices answer in
 * turn, so an old reply in the place of any of them is a misfit, and all begins again.
 */
export class RtuStation implements ModbusLink, Station {
  readonly #settings: RtuSettings;
  readonly #listener: BusListener;
  readonly #context: DeviceContext;
  readonly #random: () => number;
  #line: SharedLine | undefined;
  #proofs: readonly ModbusRequest<unknown>[] = [];
  #nextProof = 0;
  #admitted = false;
  #proving = false;
  #stopped = false;
  #failures = 0;
  #rest: NodeJS.Timeout | undefined;

  /** @param random gives numbers in 0..1, for the jitter of delays. */
  constructor(settings: RtuSettings, context: DeviceContext, listener: BusListener, random: () => number) {
    this.#settings = settings;
    this.#context = context;
    this.#listener = listener;
    this.#random = random;
  }

  get connected(): boolean {
    return this.#admitted && this.#line?.connected === true;
  }

  /** Throws LaneError CONFIG_INVALID when another device of the lane describes the same line differently. */
  start(proofs: readonly ModbusRequest<unknown>[]): void {
    if (this.#stopped || this.#line !== undefined) return;
    this.#proofs = proofs;
    this.#line = sharedLine(this.#context, this.#settings, this.#random);
    this.#line.join(this);
    this.#admit();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#admitted = false;
    clearTimeout(this.#rest);
    await this.#line?.leave(this);
  }

  async request<Value>(request: ModbusRequest<Value>): Promise<Value> {
    if (this.#line === undefined || !this.#admitted) {
      throw new LaneError("DEVICE_OFFLINE", `${request.what}: not sent, not connected`);
    }
    const value = await this.#send(this.#line, request);
    this.#failures = 0;
    return value;
  }

  lineUp(): void {
    this.#admit();
  }

  lineDown(reason: LaneError): void {
    if (!this.#stopped) {
      this.#admitted = false;
      this.#listener.disconnected(reason);
    }
  }

  async #send<Value>(line: SharedLine, request: ModbusRequest<Value>): Promise<Value> {
    try {
      return await line.request(request, this.#settings.timeoutMs);
    } catch (error) {
      if (isLaneError(error, "DEVICE_TIMEOUT") || isLaneError(error, "DEVICE_PROTOCOL")) this.#fail(error);
      throw error;
    }
  }

  #fail(reason: LaneError): void {
    this.#admitted = false;
    if (this.#stopped) return;
    const { settleMs } = this.#settings;
    this.#restFor(Math.max(settleMs, Math.min(LONGEST_REST_MS, settleMs * 2 ** Math.min(this.#failures, 16))));
    this.#failures += 1;
    this.#listener.disconnected(reason);
  }

  #restFor(ms: number): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      this.#admit();
    }, ms);
  }

  #admit(): void {
    const line = this.#line;
    const ready = line?.connected === true && this.#rest === undefined && !this.#admitted && !this.#proving;
    if (line !== undefined && ready && !this.#stopped) {
      void this.#admitOnceProven(line);
    }
  }

  /** Lets the driver ask again, once the device is rested, the line is there and the proofs were answered. */
  async #admitOnceProven(line: SharedLine): Promise<void> {
    this.#proving = true;
    let proven = true;
    for (let count = 0; proven && count < Math.min(PROOFS, this.#proofs.length); count += 1) {
      proven = await this.#prove(line);
    }
    this.#proving = false;
    if (this.#stopped) return;
    if (proven && line.connected) {
      this.#admitted = true;
      this.#listener.connected();
    } else if (this.#rest === undefined) {
      this.#restFor(BACKOFF_FIRST_MS);
    }
  }

  /** Takes the next proof in turn, so that those of one round are not those of the round before. */
  async #prove(line: SharedLine): Promise<boolean> {
    const proof = this.#proofs[this.#nextProof % this.#proofs.length];
    this.#nextProof += 1;
    if (proof === undefined) return true;
    try {
      await this.#send(line, proof);
      return true;
    } catch (error) {
      if (!isLaneError(error)) throw error;
      // A refusal is an answer, and in its turn; the driver will meet it again and say so.
      return error.code === "DEVICE_EXCEPTION";
    }
  }
}
