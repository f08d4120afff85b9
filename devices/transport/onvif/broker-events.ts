import { readFile } from "node:fs/promises";
import mqtt, { type MqttClient } from "mqtt";
import { LaneError, messageOf } from "#contract/errors";
import { readPassword } from "../common/password.ts";
import { plateInJson } from "./event-json.ts";
import { PLATE_TOPIC, type ReportedPlate } from "./plates.ts";

/** Where a camera publishes its events. */
export interface BrokerSettings {
  /** mqtt:// or mqtts:// */
  readonly url: string;
  /** First levels of the camera's topics. */
  readonly prefix: string;
  readonly username?: string;
  readonly passwordFile?: string;
  /** PEM of what signed the broker's certificate. */
  readonly caFile?: string;
}

export interface BrokerEventsOptions {
  readonly settings: BrokerSettings;
  /** The camera's own clock now, UTC milliseconds. */
  readonly cameraNow: () => number;
  readonly onPlate: (plate: ReportedPlate) => void;
  /** Raises or, with undefined, clears what is wrong with the broker. */
  readonly onFault: (fault: LaneError | undefined) => void;
}

const RECONNECT_MS = 2000;
const CONNECT_TIMEOUT_MS = 5000;

/** The topics of one camera's plates, with whatever it appends to them. */
export const plateTopics = (prefix: string): string => `${prefix}/onvif-ej/${PLATE_TOPIC}/#`;

/** Plates that a camera publishes through an MQTT broker instead of handing them out itself. */
export class BrokerEvents {
  readonly #options: BrokerEventsOptions;

  constructor(options: BrokerEventsOptions) {
    this.#options = options;
  }

  /** Follows until the signal is aborted. Never rejects: what is wrong is told to `onFault`. */
  async run(signal: AbortSignal): Promise<void> {
    const { settings, onFault } = this.#options;
    let client: MqttClient;
    try {
      client = mqtt.connect(settings.url, await credentials(settings));
    } catch (error) {
      onFault(error instanceof LaneError ? error : new LaneError("DEVICE_AUTH", messageOf(error), { cause: error }));
      return await aborted(signal);
    }
    client.on("connect", () => void this.#subscribe(client));
    client.on("error", (error) => onFault(new LaneError(codeOf(error), `broker of the camera: ${error.message}`)));
    client.on("close", () => onFault(new LaneError("DEVICE_OFFLINE", "no connection to the broker of the camera")));
    client.on("message", (_topic, payload, { retain }) => {
      // What a broker has kept is of a vehicle before this one.
      if (retain || signal.aborted) return;
      const plate = plateInJson(payload, this.#options.cameraNow());
      if (plate !== undefined) this.#options.onPlate(plate);
    });
    await aborted(signal);
    client.removeAllListeners("close");
    await client.endAsync(true);
  }

  async #subscribe(client: MqttClient): Promise<void> {
    const { settings, onFault } = this.#options;
    try {
      const [granted] = await client.subscribeAsync(plateTopics(settings.prefix), { qos: 0 });
      if ((granted?.qos ?? 0) >= 128) throw new Error("not granted");
      onFault(undefined);
    } catch (error) {
      onFault(new LaneError("DEVICE_EXCEPTION", `the broker refuses the camera's topics: ${messageOf(error)}`));
    }
  }
}

async function credentials({ username, passwordFile, caFile }: BrokerSettings) {
  return {
    clientId: `gatelane-camera-${Math.random().toString(36).slice(2, 10)}`,
    clean: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: RECONNECT_MS,
    // The table of all 16-bit numbers that it would keep costs 10 MB and saves nothing here.
    writeCache: false,
    resubscribe: false,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: await readPassword(passwordFile) }),
    ...(caFile === undefined ? {} : { ca: await readFile(caFile) }),
  };
}

const codeOf = (error: Error) => (/not authorized|bad user/i.test(error.message) ? "DEVICE_AUTH" : "DEVICE_OFFLINE");

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
