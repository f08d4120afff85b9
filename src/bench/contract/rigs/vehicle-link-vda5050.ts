import { vda5050Vehicles } from "#devices/vehicle-link/vda5050/descriptor";
import { SimulatedVehicle } from "#devices/vehicle-link/vda5050/simulator";
import { Broker } from "../../operations/broker.ts";
import type { BenchVehicle, VehicleLinkRig } from "../checks/vehicle-link.ts";
import { Recorder } from "../recorder.ts";

/** A link with a broker of its own, and as many vehicles as a check asks for. */
export async function vda5050Rig(): Promise<VehicleLinkRig> {
  const broker = new Broker();
  await broker.start();
  const recorder = new Recorder();
  const create = await vda5050Vehicles.load();
  const options = {
    url: broker.url,
    interfaceName: "uagv",
    zoneSet: "gate",
    zone: "lane-1",
    otherLanes: ["lane-2"],
    vehicles: [{ manufacturer: "acme", serials: ["igv-1", "igv-2"] }],
  };
  const device = create("vehicles", options, recorder);
  const vehicles: SimulatedVehicle[] = [];
  const vehicle = async (serial: string) => {
    const one = new SimulatedVehicle({ url: broker.url, manufacturer: "acme", serial });
    vehicles.push(one);
    await one.start();
    return benchVehicle(one);
  };
  const dispose = async () => {
    await Promise.all(vehicles.map((one) => one.stop()));
    await device.stop();
    await broker.stop();
  };
  const setNetwork = (up: boolean) => (up ? broker.start() : broker.stop());
  return { device, recorder, vehicle, setNetwork, simulated: true, dispose };
}

function benchVehicle(one: SimulatedVehicle): BenchVehicle {
  return {
    name: one.name,
    answers: one.answers,
    get etaUtc() {
      return one.etaUtc;
    },
    set etaUtc(utc: number | undefined) {
      one.etaUtc = utc;
    },
    ask: (request) => one.request(request, "gate", "lane-1"),
    leave: (request) => one.leave(request),
    crash: () => one.crash(),
    reportAs: (serial) => one.report(serial),
    babble: (payload) => one.babble(payload),
  };
}
