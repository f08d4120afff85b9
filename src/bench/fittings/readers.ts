import { ReaderStation } from "#devices/id-reader/opcua/simulator";
import { IdReaderSimulator } from "#devices/id-reader/text/simulator";
import { SealReaderSimulator } from "#devices/seal-reader/text/simulator";
import { type DeviceEntry, type FittingContext, type ReaderFitting, textOption } from "./fitting.ts";
import { deviceEnd } from "./serial-plant.ts";

type Make = (entry: DeviceEntry, context: FittingContext) => Promise<ReaderFitting>;

/** A reader says this often what is held before it, or that it is alive, milliseconds. */
const EVERY_MS = 200;

/** A reader of tags, codes or seals for each driver of these classes. */
export const READER_FITTINGS: Readonly<Record<string, Make>> = {
  "text-id-reader": async (entry, context) =>
    await onLine(entry, context, textOption(entry, "kind") ?? "", (options) => new IdReaderSimulator(options)),
  "opcua-id-reader": async (entry, { opcua }) => {
    const kind = textOption(entry, "kind") === "code" ? "code" : "tag";
    const server = await opcua.server(entry);
    const name = /;s=(.+)$/.exec(textOption(entry, "reader") ?? "")?.[1] ?? "Reader";
    const station = new ReaderStation(server, { name, kind, everyMs: EVERY_MS });
    return {
      start: async () => {
        station.start();
        return {
          options: { endpoint: server.endpoint, reader: station.nodeId },
          certificate: server.certificate,
        };
      },
      stop: async () => station.stop(),
      reads: kind,
      hold: (...identifiers) => station.hold(...identifiers),
    };
  },
  "text-seal-reader": async (entry, context) =>
    await onLine(entry, context, "seal", (options) => new SealGateway(options)),
};

type LineOptions = ConstructorParameters<typeof IdReaderSimulator>[0];

/** Every seal that is near is a sealed one. */
class SealGateway extends SealReaderSimulator {
  hold(...seals: readonly string[]): void {
    this.bring(...seals.map((seal) => ({ seal, state: "sealed" as const })));
  }
}

interface Simulator {
  readonly line: string;
  hold(...identifiers: readonly string[]): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function onLine(
  entry: DeviceEntry,
  { serial }: FittingContext,
  reads: string,
  make: (options: LineOptions) => Simulator,
): Promise<ReaderFitting> {
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
    reads,
    hold: (...identifiers) => reader.hold(...identifiers),
  };
}
