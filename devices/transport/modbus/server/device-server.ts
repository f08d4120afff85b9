import type { FaultScope, ServerFault } from "./faults.ts";

/** One simulated device on its wire, whatever the wire is. */
export interface DeviceServer {
  /** Address at which the wire is reached. */
  readonly host: string;
  readonly port: number;
  /** Requests received since construction. */
  readonly requests: number;
  /** Begins to answer. Also ends a `stop`. */
  start(): Promise<void>;
  /** Answers nothing any more, as a device without power. Safe to call twice. */
  stop(): Promise<void>;
  /** Cuts every connection; new ones are accepted. */
  dropConnections(): void;
  /** Misbehaves from the next request on. */
  setFault(fault: ServerFault, scope?: FaultScope): void;
  clearFault(): void;
}
