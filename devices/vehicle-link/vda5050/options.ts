import Type, { type Static } from "typebox";

const name = (description: string) => Type.String({ pattern: "^[A-Za-z0-9_.:-]{1,64}$", description });
const file = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description }));

/** Options of the driver `vda5050-vehicles`, without `class` and `driver`. */
export const Vda5050OptionsSchema = Type.Object(
  {
    url: Type.String({
      pattern: "^mqtts?://[^\\s/@]+$",
      maxLength: 256,
      description: "Broker of the vehicle fleet, mqtts://host:8883; mqtt:// only on a network that is trusted",
    }),
    username: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: "User name at the broker" })),
    passwordFile: file("File with the password for the broker on one line"),
    caFile: file("PEM of what signed the broker's certificate, when it is the site's own"),
    certificateFile: file("PEM of this lane's client certificate"),
    keyFile: file("PEM of the private key of certificateFile"),
    interfaceName: Type.String({
      pattern: "^[A-Za-z0-9_.-]{1,64}$",
      default: "uagv",
      description: "First level of the fleet's topics",
    }),
    zoneSet: name("Zone set in which this lane is a zone of type RELEASE"),
    zone: name("Zone that is this lane"),
    otherLanes: Type.Array(name("Zone of another lane"), {
      default: [],
      maxItems: 32,
      description: "Zones of the other lanes: a vehicle may ask for one lane at a time",
    }),
    vehicles: Type.Array(
      Type.Object(
        {
          manufacturer: name("As in the vehicle's topics"),
          serials: Type.Array(name("Serial number"), { minItems: 1 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 32, description: "Vehicles of the fleet; any other is refused" },
    ),
  },
  { additionalProperties: false },
);

export type Vda5050Options = Static<typeof Vda5050OptionsSchema>;
