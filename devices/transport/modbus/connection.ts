import { LaneError, messageOf } from "#contract/errors";
import { exceptionName } from "./protocol.ts";
import type { ModbusRequest } from "./requests.ts";
import type { ModbusWire } from "./wire.ts";

/** Requests that may wait for their turn. One lane never has more than a handful. */
const MAX_WAITING = 64;

interface Job {
  begin(): void;
  fail(error: LaneError): void;
}

/**
 * One connection to a Modbus device or bus, from its opening to the first thing that goes wrong. Requests go out one at
 * a time. A timeout, a frame that the protocol does not allow or a reply that does not fit its request ends the
 * connection for good: after any of them a later reply could be taken for the wrong answer.
 */
export class ModbusConnection {
  /** Resolves once, with the reason, when the connection has ended. */
  readonly closed: Promise<LaneError>;
  readonly #wire: ModbusWire;
  readonly #waiting: Job[] = [];
  #current: Job | undefined;
  #end: LaneError | undefined;
  #resolveClosed: (reason: LaneError) => void = () => {};
  #answered = false;

  private constructor(wire: ModbusWire) {
    this.#wire = wire;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** Takes over an open wire. */
  static async over(wire: ModbusWire): Promise<ModbusConnection> {
    const connection = new ModbusConnection(wire);
    await wire.attach({
      bytes: (chunk) => connection.#inspect(chunk),
      ended: (detail) => connection.close(new LaneError("DEVICE_OFFLINE", detail)),
    });
    return connection;
  }

  /** True once the device has given one reply that the protocol allows. */
  get answered(): boolean {
    return this.#answered;
  }

  get open(): boolean {
    return this.#end === undefined;
  }

  /**
   * Sends one request when its turn comes. Rejects with LaneError
   * DEVICE_OFFLINE: it was never sent, or it was a read and the connection ended;
   * DEVICE_TIMEOUT: no reply in time, or the connection ended while a write was out, so its outcome is unknown;
   * DEVICE_PROTOCOL: the reply breaks the protocol or does not fit the request; a write may have taken effect;
   * DEVICE_EXCEPTION: the device refused it, and the connection lives on.
   * @param timeoutMs longest wait for the reply once the request is sent, milliseconds.
   */
  request<Value>(request: ModbusRequest<Value>, timeoutMs: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#notSent(request.what, this.#end.detail));
      } else if (this.#waiting.length >= MAX_WAITING) {
        reject(this.#notSent(request.what, `${MAX_WAITING} requests are waiting`));
      } else {
        this.#waiting.push(this.#job(request, timeoutMs, resolve, reject));
        this.#beginNext();
      }
    });
  }

  /** Ends the connection; everything outstanding is rejected at once. Safe to call twice. */
  close(reason: LaneError): void {
    if (this.#end !== undefined) {
      return;
    }
    this.#end = reason;
    this.#wire.close();
    const current = this.#current;
    this.#current = undefined;
    current?.fail(reason);
    for (const job of this.#waiting.splice(0)) {
      job.fail(reason);
    }
    this.#resolveClosed(reason);
  }

  #inspect(chunk: Uint8Array): void {
    if (this.#end !== undefined) {
      return;
    }
    const fault = this.#wire.guard.accept(chunk);
    if (fault !== undefined) {
      this.close(new LaneError("DEVICE_PROTOCOL", fault));
    }
  }

  #beginNext(): void {
    if (this.#current === undefined && this.#end === undefined) {
      this.#current = this.#waiting.shift();
      this.#current?.begin();
    }
  }

  #job<Value>(
    request: ModbusRequest<Value>,
    timeoutMs: number,
    resolve: (value: Value) => void,
    reject: (error: LaneError) => void,
  ): Job {
    let timer: NodeJS.Timeout | undefined;
    let sent = false;
    const send = () => {
      sent = true;
      const expired = () => {
        if (this.#current === job) {
          this.close(new LaneError("DEVICE_TIMEOUT", `${request.what}: no reply within ${timeoutMs} ms`));
        }
      };
      // When this process itself was held up, the reply lies in the socket already and is read before `expired` runs.
      timer = setTimeout(() => setImmediate(expired), timeoutMs);
      this.#wire.guard.expect(request.expected);
      request.send(this.#wire.client, (error, value) => {
        if (this.#end === undefined) {
          clearTimeout(timer);
          this.#settle(request, error, value, resolve, reject);
        }
      });
    };
    const job: Job = {
      begin: () => {
        if (this.#wire.gapMs === 0) {
          send();
        } else {
          timer = setTimeout(send, this.#wire.gapMs);
        }
      },
      fail: (reason) => {
        clearTimeout(timer);
        reject(sent ? this.#interrupted(request, reason) : this.#notSent(request.what, reason.detail));
      },
    };
    return job;
  }

  #settle<Value>(
    request: ModbusRequest<Value>,
    error: unknown,
    value: () => Value,
    resolve: (value: Value) => void,
    reject: (error: LaneError) => void,
  ): void {
    const code = exceptionCodeOf(error);
    if (error && code === undefined) {
      this.close(new LaneError("DEVICE_PROTOCOL", `${request.what}: ${messageOf(error)}`, { cause: error }));
      return;
    }
    this.#answered = true;
    this.#current = undefined;
    if (code === undefined) {
      resolve(value());
    } else {
      reject(new LaneError("DEVICE_EXCEPTION", `${request.what}: exception ${code} ${exceptionName(code)}`));
    }
    this.#beginNext();
  }

  #interrupted(request: ModbusRequest<unknown>, reason: LaneError): LaneError {
    // A write that was out when the connection ended may or may not have taken effect: the caller must not read
    // "offline" as "nothing happened".
    if (request.writes && reason.code === "DEVICE_OFFLINE") {
      return new LaneError("DEVICE_TIMEOUT", `${request.what}: outcome unknown, ${reason.detail}`, { cause: reason });
    }
    return reason;
  }

  #notSent(what: string, detail: string): LaneError {
    return new LaneError("DEVICE_OFFLINE", `${what}: not sent, ${detail}`);
  }
}

/** The exception code in an error of the library, if it is one. */
function exceptionCodeOf(error: unknown): number | undefined {
  if (error instanceof Error && "modbusCode" in error && typeof error.modbusCode === "number") {
    return error.modbusCode;
  }
  return undefined;
}
