import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Wiring } from "../fittings/fitting.ts";
import type { Carried } from "../fittings/lane-hardware.ts";
import type { Truck, TruckPhase } from "../twin/truck.ts";
import type { BoomCounters } from "./hardware.ts";
import type { VehiclePictures } from "./pictures.ts";
import type { FromHardware, ToHardware } from "./process.ts";

export type TruckListener = (truck: string, phase: TruckPhase, boom: BoomCounters) => void;

/** The simulated hardware in a process of its own. */
export class HardwareProcess {
  readonly #onTruck: TruckListener;
  #child: ChildProcess | undefined;

  constructor(onTruck: TruckListener) {
    this.#onTruck = onTruck;
  }

  /** Resolves with what must change in the lane file, by device. Rejects with an Error that says what is missing. */
  async start(
    options: Omit<Extract<ToHardware, { type: "start" }>, "type">,
  ): Promise<Readonly<Record<string, Wiring>>> {
    const child = fork(fileURLToPath(new URL("./process.ts", import.meta.url)), {
      serialization: "advanced",
      // Libraries write to standard output as they please; it belongs to whoever started this process.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child = child;
    this.#send({ type: "start", ...options });
    return new Promise((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the simulated hardware ended with exit code ${code}`)));
      child.on("message", (message: FromHardware) => {
        if (message.type === "started") resolve(message.wirings);
        else if (message.type === "failed") reject(new Error(message.detail));
        else this.#onTruck(message.truck, message.phase, message.boom);
      });
    });
  }

  admit(truck: Truck, pictures: VehiclePictures, carried?: Carried): void {
    this.#send({ type: "admit", truck, pictures, ...(carried === undefined ? {} : { carried }) });
  }

  backOut(): void {
    this.#send({ type: "back-out" });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    this.#send({ type: "stop" });
    await gone;
  }

  #send(message: ToHardware): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }
}
