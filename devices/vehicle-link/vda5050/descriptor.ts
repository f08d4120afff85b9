import type { DriverDescriptor, VehicleLinkDevice } from "#contract/device";
import { type Vda5050Options, Vda5050OptionsSchema } from "./options.ts";

/** Unmanned vehicles that speak VDA 5050 version 3 over MQTT. */
export const vda5050Vehicles: DriverDescriptor<Vda5050Options, VehicleLinkDevice> = {
  driver: "vda5050-vehicles",
  class: "vehicle-link",
  home: "edge",
  summary: "Unmanned vehicles that ask for the lane by VDA 5050 version 3, over MQTT",
  options: Vda5050OptionsSchema,
  load: async () => {
    const { Vda5050Link } = await import("./driver.ts");
    return (id, options, context) => new Vda5050Link(id, options, context);
  },
};
