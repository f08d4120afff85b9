import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { GateStation } from "#devices/gate/opcua/simulator";
import {
  type DeviceEntry,
  type FittingContext,
  type GateFitting,
  numberOption,
  textOption,
  type Wiring,
} from "./fitting.ts";

type Make = (entry: DeviceEntry, context: FittingContext) => Promise<GateFitting>;

/** A gate for each driver of the class. */
export const GATE_FITTINGS: Readonly<Record<string, Make>> = {
  "modbus-gate": async (entry, { speed }) => {
    const unit = numberOption(entry, "unit") ?? 1;
    const plc = new GatePlcSimulator({ speed, unit, profile: profileOf(entry) });
    return onModbus(plc, () => ({ host: plc.host, port: plc.port }));
  },
  "modbus-rtu-gate": async (entry, { speed, serial }) => {
    const { server, laneEnd } = await serial.rtu(entry);
    const unit = numberOption(entry, "unit") ?? 1;
    const plc = new GatePlcSimulator({
      speed,
      profile: profileOf(entry),
      place: (model) => server.unit(unit, model),
    });
    return onModbus(plc, () => ({ line: laneEnd() }));
  },
  "opcua-gate": async (entry, { speed, opcua }) => {
    const server = await opcua.server(entry);
    const station = new GateStation(server, {
      speed,
      station: textOption(entry, "station") ?? "Gate",
      profile: profileOf(entry),
    });
    return {
      start: async () => {
        await station.start();
        return { options: { endpoint: server.endpoint }, certificate: server.certificate };
      },
      stop: async () => station.stop(),
      get boomOpen() {
        return station.boomPosition === 1;
      },
      get lights() {
        return station.lights;
      },
      get boom() {
        return { raised: station.counters.raise, lowered: station.counters.lower };
      },
      setInputs: (inputs) => station.setInputs(inputs),
    };
  },
};

function onModbus(plc: GatePlcSimulator, options: () => Wiring["options"]): GateFitting {
  return {
    start: async () => {
      await plc.start();
      return { options: options() };
    },
    stop: () => plc.stop(),
    get boomOpen() {
      return plc.boomPosition === 1;
    },
    get lights() {
      return plc.lights;
    },
    get boom() {
      return { raised: plc.counters.raise, lowered: plc.counters.lower };
    },
    setInputs: (inputs) => plc.setInputs(inputs),
  };
}

const profileOf = (entry: DeviceEntry): string => textOption(entry, "profile") ?? "generic";
