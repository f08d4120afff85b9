import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedVehicle } from "#devices/vehicle-link/vda5050/simulator";
import { type DeviceEntry, type Fitting, textOption, type Wiring } from "./fitting.ts";
import { FleetBroker } from "./fleet-broker.ts";

/** Name of the driver whose far end is a fleet. */
export const FLEET_DRIVER = "vda5050-vehicles";

/** A vehicle that is silent for longer counts as lost (VDA 5050: a state at least every 30 s), milliseconds. */
const REPORT_MS = 5000;

/** The unmanned vehicles that a lane file names, their broker, and what each of them does. */
export class Fleet implements Fitting {
  readonly #entry: DeviceEntry;
  readonly #folder = mkdtempSync(join(tmpdir(), "gatelane-fleet-"));
  readonly #broker: FleetBroker;
  readonly #vehicles = new Map<string, SimulatedVehicle>();
  readonly #reporting = new Map<string, NodeJS.Timeout>();
  #requests = 0;
  /** What each vehicle asked for, by its name on the bench: one may still be backing out while the next one asks. */
  readonly #asked = new Map<string, { readonly vehicle: SimulatedVehicle; readonly request: string }>();

  /** @param password of the lane at the broker. */
  constructor(entry: DeviceEntry, password: string) {
    this.#entry = entry;
    const username = textOption(entry, "username");
    this.#broker = new FleetBroker({
      folder: this.#folder,
      tls: (textOption(entry, "url") ?? "").startsWith("mqtts:"),
      login: username === undefined ? undefined : { username, password },
    });
  }

  async start(): Promise<Wiring> {
    await this.#broker.start();
    const { caFile } = this.#broker;
    return { options: { url: this.#broker.laneUrl, ...(caFile === undefined ? {} : { caFile }) } };
  }

  /** Whether a vehicle, if it is an unmanned one, has the lane's permission to drive on. */
  mayDrive(name: string): boolean {
    const asked = this.#asked.get(name);
    if (asked === undefined) return true;
    return asked.vehicle.answers.some(
      ({ requestId, grantType }) => requestId === asked.request && grantType === "GRANTED",
    );
  }

  /** A vehicle of the fleet, by its serial number, asks for the lane. */
  async request(name: string, serial: string): Promise<void> {
    const vehicle = await this.#vehicle(serial);
    this.#requests += 1;
    const request = `request-${this.#requests}`;
    this.#asked.set(name, { vehicle, request });
    await vehicle.request(request, textOption(this.#entry, "zoneSet") ?? "", textOption(this.#entry, "zone") ?? "");
  }

  /** It is out of the lane, on one side or the other. */
  async leave(name: string): Promise<void> {
    const asked = this.#asked.get(name);
    this.#asked.delete(name);
    await asked?.vehicle.leave(asked.request);
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    for (const timer of this.#reporting.values()) clearInterval(timer);
    for (const vehicle of this.#vehicles.values()) await vehicle.stop();
    this.#vehicles.clear();
    await this.#broker.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #vehicle(serial: string): Promise<SimulatedVehicle> {
    const known = this.#vehicles.get(serial);
    if (known !== undefined) return known;
    const vehicle = new SimulatedVehicle({
      url: this.#broker.fleetUrl,
      manufacturer: manufacturerOf(this.#entry, serial),
      serial,
      interfaceName: textOption(this.#entry, "interfaceName") ?? "uagv",
    });
    await vehicle.start();
    this.#vehicles.set(serial, vehicle);
    this.#reporting.set(
      serial,
      setInterval(() => void vehicle.report(), REPORT_MS),
    );
    return vehicle;
  }
}

interface Vehicles {
  readonly manufacturer: string;
  readonly serials: readonly string[];
}

/** Serial numbers of the vehicles that an entry names. */
export const serialsOf = (entry: DeviceEntry): readonly string[] => vehiclesOf(entry).flatMap(({ serials }) => serials);

function manufacturerOf(entry: DeviceEntry, serial: string): string {
  const found = vehiclesOf(entry).find(({ serials }) => serials.includes(serial));
  if (found === undefined) throw new Error(`the lane file names no vehicle ${serial}`);
  return found.manufacturer;
}

function vehiclesOf(entry: DeviceEntry): readonly Vehicles[] {
  const vehicles = entry["vehicles"];
  return Array.isArray(vehicles) ? (vehicles as readonly Vehicles[]) : [];
}
