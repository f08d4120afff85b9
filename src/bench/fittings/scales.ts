import { AsciiWeighbridgeSimulator } from "#devices/weighbridge/ascii/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import { ScaleStation } from "#devices/weighbridge/opcua/simulator";
import {
  type DeviceEntry,
  type FittingContext,
  numberOption,
  type ScaleFitting,
  textOption,
  type Wiring,
} from "./fitting.ts";
import { deviceEnd } from "./serial-plant.ts";

type Make = (entry: DeviceEntry, context: FittingContext) => Promise<ScaleFitting>;

/** A weighbridge for each driver of the class. */
export const SCALE_FITTINGS: Readonly<Record<string, Make>> = {
  "modbus-weighbridge": async (entry, { speed }) => {
    const unit = numberOption(entry, "unit") ?? 1;
    const scale = new WeighbridgeSimulator({ speed, unit, profile: profileOf(entry), ...capacityOf(entry) });
    return fitted(scale, () => ({ host: scale.host, port: scale.port }));
  },
  "modbus-rtu-weighbridge": async (entry, { speed, serial }) => {
    const { server, laneEnd } = await serial.rtu(entry);
    const unit = numberOption(entry, "unit") ?? 1;
    const scale = new WeighbridgeSimulator({
      speed,
      profile: profileOf(entry),
      ...capacityOf(entry),
      place: (model) => server.unit(unit, model),
    });
    return fitted(scale, () => ({ line: laneEnd() }));
  },
  "ascii-weighbridge": async (entry, { speed, serial }) => {
    const cable = await serial.cable(entry);
    const format = textOption(entry, "format");
    const scale = new AsciiWeighbridgeSimulator({
      speed,
      ...capacityOf(entry),
      ...(format === undefined ? {} : { format }),
      ...(cable === undefined ? {} : { place: deviceEnd(entry, cable) }),
    });
    return fitted(scale, () => ({ line: cable?.near ?? scale.line }));
  },
  "opcua-weighbridge": async (entry, { speed, opcua }) => {
    const server = await opcua.server(entry);
    const name = /;s=(.+)$/.exec(textOption(entry, "scale") ?? "")?.[1] ?? "Scale";
    const station = new ScaleStation(server, { speed, name, ...capacityOf(entry) });
    return {
      start: async () => {
        station.start();
        return {
          options: { endpoint: server.endpoint, scale: station.nodeId },
          certificate: server.certificate,
        };
      },
      stop: async () => station.stop(),
      setLoad: (kg) => station.setLoad(kg),
    };
  },
};

interface Simulator {
  start(): Promise<void>;
  stop(): Promise<void>;
  setLoad(kg: number): void;
}

function fitted(scale: Simulator, options: () => Wiring["options"]): ScaleFitting {
  return {
    start: async () => {
      await scale.start();
      return { options: options() };
    },
    stop: () => scale.stop(),
    setLoad: (kg) => scale.setLoad(kg),
  };
}

const profileOf = (entry: DeviceEntry): string => textOption(entry, "profile") ?? "generic";

function capacityOf(entry: DeviceEntry): { readonly capacityKg?: number } {
  const capacityKg = numberOption(entry, "capacityKg");
  return capacityKg === undefined ? {} : { capacityKg };
}
