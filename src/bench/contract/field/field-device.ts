import type { Device } from "#contract/device";
import { InvariantError } from "#contract/errors";
import { Recorder } from "../recorder.ts";
import { type Cable, wireFault } from "./cable.ts";

/** One device of a lane, opened for one check. */
export interface FieldDevice<D extends Device = Device> {
  readonly device: D;
  readonly recorder: Recorder;
  /** Plugs the cable in, and takes it out. */
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  disturb(fault: string): void;
  behave(): void;
  dispose(): Promise<void>;
}

/** What a check must not ask of a real device; the needs that it declares keep it from here. */
export function missing(what: string): never {
  throw new InvariantError(`a check asked a real device for ${what}`);
}

/** A recorder with the lane's data folder, where keys and trusted certificates lie. */
class FieldRecorder extends Recorder {
  readonly dataDir: string;

  constructor(dataDir: string) {
    super();
    this.dataDir = dataDir;
  }
}

export interface FieldSettings<D extends Device> {
  readonly options: Readonly<Record<string, unknown>>;
  readonly dataDir: string;
  readonly cable: Cable | undefined;
  readonly open: (options: Readonly<Record<string, unknown>>, recorder: Recorder) => Promise<D>;
}

/** Opens a device, not started, through its cable where it has one. */
export async function openField<D extends Device>(settings: FieldSettings<D>): Promise<FieldDevice<D>> {
  const { options, dataDir, cable, open } = settings;
  await cable?.link.start();
  const recorder = new FieldRecorder(dataDir);
  const device = await open(cable?.options() ?? options, recorder);
  const { timeoutMs } = options;
  return {
    device,
    recorder,
    connect: async () => cable?.link.start(),
    disconnect: async () => cable?.link.stop(),
    disturb: (fault) => cable?.link.setFault(wireFault(fault, typeof timeoutMs === "number" ? timeoutMs : 1000)),
    behave: () => cable?.link.setFault(undefined),
    dispose: async () => {
      cable?.link.setFault(undefined);
      await device.stop();
      await cable?.link.stop();
    },
  };
}
