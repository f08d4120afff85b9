import { IdReaderSimulator } from "#devices/id-reader/text/simulator";
import { SealReaderSimulator } from "#devices/seal-reader/text/simulator";
import { type DeviceEntry, type Fitting, type FittingContext, textOption } from "./fitting.ts";
import { deviceEnd } from "./serial-plant.ts";

type Make = (entry: DeviceEntry, context: FittingContext) => Promise<Fitting>;

/** A reader before which nothing is held says that it is alive this often, milliseconds. */
const EVERY_MS = 500;

/** A reader of tags, codes or seals for each driver of these classes. */
export const READER_FITTINGS: Readonly<Record<string, Make>> = {
  "text-id-reader": async (entry, context) => await onLine(entry, context, (options) => new IdReaderSimulator(options)),
  "text-seal-reader": async (entry, context) =>
    await onLine(entry, context, (options) => new SealReaderSimulator(options)),
};

type LineOptions = ConstructorParameters<typeof IdReaderSimulator>[0];

interface Simulator {
  readonly line: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function onLine(
  entry: DeviceEntry,
  { serial }: FittingContext,
  make: (options: LineOptions) => Simulator,
): Promise<Fitting> {
  const cable = await serial.cable(entry);
  const heartbeat = textOption(entry, "heartbeat");
  const reader = make({
    everyMs: EVERY_MS,
    ...(cable === undefined ? {} : { place: deviceEnd(entry, cable) }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  });
  return {
    start: async () => {
      await reader.start();
      return { options: { line: cable?.near ?? reader.line } };
    },
    stop: () => reader.stop(),
  };
}
