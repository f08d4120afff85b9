import type { DeviceContext, FaultCode, HealthState } from "#contract/device";
import { type ErrorCode, InvariantError, type LaneError } from "#contract/errors";

/** Posts the health of one device whenever its state or fault code changes, and only then. */
export class HealthReporter {
  readonly #device: string;
  readonly #context: DeviceContext;
  #state: HealthState | undefined;
  #code: FaultCode | undefined;

  constructor(device: string, context: DeviceContext) {
    this.#device = device;
    this.#context = context;
  }

  /** The state last posted; undefined before the first. */
  get state(): HealthState | undefined {
    return this.#state;
  }

  /** Clears whatever fault was raised. */
  clear(): void {
    if (this.#state !== "up") {
      this.#state = "up";
      this.#code = undefined;
      this.#context.post({
        type: "health",
        device: this.#device,
        at: this.#context.clock.monotonic(),
        health: { state: "up" },
      });
    }
  }

  raise(state: "degraded" | "down", code: FaultCode, detail: string): void {
    if (this.#state !== state || this.#code !== code) {
      this.#state = state;
      this.#code = code;
      this.#context.post({
        type: "health",
        device: this.#device,
        at: this.#context.clock.monotonic(),
        health: { state, fault: { code, detail } },
      });
    }
  }
}

const FAULT_OF_ERROR: Partial<Record<ErrorCode, FaultCode>> = {
  DEVICE_OFFLINE: "OFFLINE",
  DEVICE_TIMEOUT: "TIMEOUT",
  DEVICE_PROTOCOL: "PROTOCOL",
  DEVICE_EXCEPTION: "EXCEPTION",
};

/** The fault that a transport error stands for. */
export function faultCodeOf(error: LaneError): FaultCode {
  const code = FAULT_OF_ERROR[error.code];
  if (code === undefined) {
    throw new InvariantError(`a Modbus transport does not raise ${error.code}`);
  }
  return code;
}
