import type { Recognition, RecognitionTask, WeightSample } from "./reading.ts";
import type { MonotonicMs, UtcMs } from "./units.ts";

/**
 * Faults that a device can have. Declared state, raised and cleared; not exceptions.
 * A technician sees the code, so codes are stable and each sentence says what to look at.
 */
export const FAULT_CATALOGUE = {
  OFFLINE: "No connection to the device: check power, cable and address",
  TIMEOUT: "The device is connected but did not answer in time",
  PROTOCOL: "The device answers with something its protocol does not allow",
  EXCEPTION: "The device refuses the request with an exception code: check its register map and unit id",
  AUTH: "The device refuses our user name or password",
  IDENTITY:
    "The device does not prove that it is the one that was installed: look for another at its address, then its key",
  STALE: "The device answers, but its values no longer change: its program may have stopped",
  IMAGE_INVALID: "The camera sent something that is not a usable JPEG",
  IMAGE_TOO_LARGE: "The camera sent a picture larger than the limit: lower its resolution",
  RANGE: "The device reports a value outside what it can measure",
  CLOCK: "The device's clock is wrong: check its time server; times in its pictures and reports are evidence",
  VISION_TIMEOUT: "Recognition did not finish before its deadline and was restarted",
  VISION_DOWN: "The recognition process is not running; it is being restarted",
  MODEL_INVALID: "A model file is missing or altered; recognition is off until it is restored",
} as const satisfies Record<string, string>;

export type FaultCode = keyof typeof FAULT_CATALOGUE;
export type HealthState = "up" | "degraded" | "down";

export interface DeviceHealth {
  readonly state: HealthState;
  /** Present whenever the state is not `up`. */
  readonly fault?: { readonly code: FaultCode; readonly detail: string };
}

/** Field inputs of the gate PLC. Names and meanings: domain guide, section 4. `true` = active. */
export interface GateInputs {
  readonly boomOpen: boolean;
  readonly boomClosed: boolean;
  readonly boomBroken: boolean;
  readonly motorFault: boolean;
  readonly estopOk: boolean;
  readonly modeAuto: boolean;
  /** L1: a vehicle arrives. */
  readonly loopArrival: boolean;
  /** L3: a vehicle stands under the boom. */
  readonly loopUnder: boolean;
  /** L4: a vehicle leaves. */
  readonly loopExit: boolean;
  /** Photo-eye at the entry end of the weighbridge: `true` = beam broken. */
  readonly eyeScaleFront: boolean;
  /** Photo-eye at the exit end of the weighbridge: `true` = beam broken. */
  readonly eyeScaleRear: boolean;
  /** Light curtain at the boom: `true` = broken. */
  readonly curtain: boolean;
  readonly cabinetClosed: boolean;
  readonly mainsOk: boolean;
  readonly upsLow: boolean;
  readonly manualOpenButton: boolean;
  readonly fireOpen: boolean;
  /** Where two directions share the lane: the boom of the other direction is closed. Absent in a lane of one direction. */
  readonly oppositeBoomClosed?: boolean;
}
export type GateInputName = Exclude<keyof GateInputs, "oppositeBoomClosed">;

export type LightColour = "red" | "green";

/** What may be asked of the gate. Boom commands are one-shot pulses, never levels (domain guide, section 4). */
export type GateCommand =
  | { readonly type: "raise-boom" }
  | { readonly type: "lower-boom" }
  | { readonly type: "entry-light"; readonly colour: LightColour }
  | { readonly type: "exit-light"; readonly colour: LightColour }
  | { readonly type: "siren"; readonly on: boolean };

/** `opened` without anybody's leave, and `tampered` with its own parts, are different findings for an officer. */
export type SealState = "sealed" | "opened" | "tampered";

/** One unmanned vehicle at this lane. `vehicle` is `<manufacturer>/<serial>`, `request` is unique for the vehicle. */
interface VehicleAtLane {
  readonly device: string;
  readonly at: MonotonicMs;
  readonly vehicle: string;
  readonly request: string;
}

/** What happens between unmanned vehicles and the lane (domain guide, section 5.4). */
export type VehicleLinkEvent =
  /** It asks to be let in and was told to wait. The expected time of arrival is undefined when it gives none. */
  | (VehicleAtLane & { readonly type: "vehicle-requested"; readonly etaUtc: UtcMs | undefined })
  /** It has taken its permission: from now on it may be in the lane, and counts as being there. */
  | (VehicleAtLane & { readonly type: "vehicle-entered" })
  /** It says that it is out of the lane, or, when it had not entered, that it no longer wants in. */
  | (VehicleAtLane & { readonly type: "vehicle-left"; readonly entered: boolean })
  /**
   * Its link is broken, it has fallen silent or its lease has run out. When it had entered, the lane stays occupied until
   * the loops say otherwise.
   */
  | (VehicleAtLane & { readonly type: "vehicle-lost"; readonly entered: boolean; readonly detail: string });

/** What a driver tells the lane. `device` is the id from the configuration. */
export type DeviceEvent =
  | { readonly type: "gate-inputs"; readonly device: string; readonly at: MonotonicMs; readonly inputs: GateInputs }
  | { readonly type: "weight"; readonly device: string; readonly sample: WeightSample }
  | {
      /** A camera's own recognition. Confidence is undefined when the camera gives none. */
      readonly type: "plate-seen";
      readonly device: string;
      readonly at: MonotonicMs;
      readonly utc: UtcMs;
      readonly plate: string;
      readonly confidence: number | undefined;
      readonly country: string | undefined;
    }
  | {
      /** Something that names a vehicle was held before a reader: an RFID tag or e-plate, or a printed code. */
      readonly type: "id-seen";
      readonly device: string;
      readonly at: MonotonicMs;
      readonly utc: UtcMs;
      /** `tag`: EPC as upper-case hexadecimal digits; `code`: the text of a QR code, as it was printed. */
      readonly kind: "tag" | "code";
      readonly id: string;
    }
  | {
      /** What an electronic seal told last. */
      readonly type: "seal-read";
      readonly device: string;
      readonly at: MonotonicMs;
      readonly utc: UtcMs;
      /** Number of the seal, upper-case, without separators. */
      readonly seal: string;
      readonly state: SealState;
      readonly battery: "ok" | "low" | "unknown";
      /** When the seal itself was last heard, by its gateway's clock. */
      readonly heardAt: UtcMs;
    }
  | VehicleLinkEvent
  | { readonly type: "health"; readonly device: string; readonly at: MonotonicMs; readonly health: DeviceHealth };

/** Everything a driver may use of the outside: where to post, and what time it is. */
export interface DeviceContext {
  readonly clock: { monotonic(): MonotonicMs; utc(): UtcMs };
  /** Never blocks and never throws; the inbox behind it is bounded. */
  post(event: DeviceEvent): void;
  /** Folder of the lane where a driver may keep what must survive a restart, such as keys and certificates. */
  readonly dataDir?: string;
}

/**
 * A driver. Its constructor does nothing. `start` returns once the driver is trying; a device that is absent is a fault
 * that is raised, never an exception, and the driver goes on trying with back-off until `stop`.
 */
export interface Device {
  readonly id: string;
  start(): Promise<void>;
  /** Ends every timer and connection. Safe to call twice. */
  stop(): Promise<void>;
}

/** Barrier, presence sensors and lights behind one PLC. */
export interface GateDevice extends Device {
  /**
   * Sends one command and resolves when the PLC has echoed it. It says nothing about the boom: that is read back from
   * the limit switches. Rejects with LaneError DEVICE_TIMEOUT, DEVICE_OFFLINE, DEVICE_PROTOCOL or DEVICE_EXCEPTION;
   * after DEVICE_TIMEOUT the outcome is unknown and must be read back, never repeated blindly.
   */
  command(command: GateCommand): Promise<void>;
}

/** Posts `weight` events by itself. */
export interface WeighbridgeDevice extends Device {
  readonly class: "weighbridge";
}

/** Posts `id-seen` events by itself. */
export interface IdReaderDevice extends Device {
  readonly class: "id-reader";
}

/** Posts `seal-read` events by itself. */
export interface SealReaderDevice extends Device {
  readonly class: "seal-reader";
}

export interface Snapshot {
  /** Bytes exactly as the camera sent them. */
  readonly jpeg: Uint8Array;
  readonly takenAt: UtcMs;
}

/** Posts `plate-seen` events by itself where the camera recognises plates. */
export interface CameraDevice extends Device {
  /** A fresh picture. Rejects with DEVICE_TIMEOUT, DEVICE_OFFLINE, DEVICE_AUTH, DEVICE_PROTOCOL, IMAGE_INVALID, IMAGE_TOO_LARGE. */
  snapshot(): Promise<Snapshot>;
}

/**
 * Unmanned vehicles that ask for the lane before they enter it. By itself it lets nobody in: a vehicle waits until it is
 * granted the lane, one vehicle at a time.
 */
export interface VehicleLinkDevice extends Device {
  readonly class: "vehicle-link";
  /**
   * Lets a vehicle in, or lets one that is in stay longer, for `leaseMs` milliseconds from now. Returns when the lease
   * ends. Rejects with LaneError MESSAGE_REFUSED when it has not asked, when its lease has run out or when another vehicle
   * has the lane, and with DEVICE_OFFLINE when it cannot be told.
   */
  grant(vehicle: string, request: string, leaseMs: number): Promise<UtcMs>;
  /** Sends it away, or takes its permission back. Rejects as `grant` does. */
  refuse(vehicle: string, request: string): Promise<void>;
}

/** Reads text from one JPEG. Rejects with IMAGE_INVALID, IMAGE_TOO_LARGE, MODEL_INVALID, VISION_TIMEOUT, VISION_DOWN. */
export interface Recogniser {
  read(request: {
    readonly jpegPath: string;
    readonly sha256: string;
    readonly task: RecognitionTask;
  }): Promise<Recognition>;
}

export type DeviceClass =
  | "gate"
  | "weighbridge"
  | "camera"
  | "recogniser"
  | "id-reader"
  | "seal-reader"
  | "vehicle-link";
/** Field devices live in the control process; whatever keeps its own pace lives in the edge process. */
export type DeviceHome = "control" | "edge";

/**
 * The one page about a driver: what it provides, how it is configured, where it runs. The code behind it is loaded only
 * when a configuration names it.
 */
export interface DriverDescriptor<Options, Driver extends Device> {
  /** Name in the configuration: `driver: <name>`. */
  readonly driver: string;
  readonly class: DeviceClass;
  readonly home: DeviceHome;
  readonly summary: string;
  /** TypeBox object schema of the options, `additionalProperties: false`, without `class` and `driver`. */
  readonly options: object;
  load(): Promise<(id: string, options: Options, context: DeviceContext) => Driver>;
}
