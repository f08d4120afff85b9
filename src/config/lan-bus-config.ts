import Type from "typebox";

/** The bus on which the lanes of one site tell each other which clearances they have used. */
export interface LanBusConfig {
  /** Address to listen at; beyond loopback only with TLS. */
  readonly host: string;
  readonly port: number;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** What signs the certificates of those who may connect. */
  readonly caFile?: string;
  readonly neighbours: readonly { readonly lane: string; readonly url: string; readonly publicKeyFile: string }[];
  /** Names of certificates that may look on. */
  readonly displays?: readonly string[];
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/** Whether only programs of this machine can connect to an address. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

const closed = { additionalProperties: false };

/** `name` and `file` make the schema of a name and of a file as everywhere in a lane file. */
export function lanBusSchema(name: (description: string) => object, file: (description: string) => object): object {
  const neighbour = {
    lane: name("The other lane, as in its own file"),
    url: Type.String({
      pattern: "^mqtts?://[^\\s/@]+$",
      maxLength: 256,
      description: "Its bus, mqtts://host:1884; mqtt:// only on the same machine",
    }),
    publicKeyFile: file("Its public key: lane-key.pem in its data folder"),
  };
  return {
    type: "object",
    description: "Lanes of one site tell each other which clearances they have used, also while operations are away",
    properties: {
      host: Type.String({
        default: "127.0.0.1",
        pattern: "^[0-9A-Za-z.:-]{1,64}$",
        description: "Address to listen at; beyond loopback only with TLS",
      }),
      port: Type.Integer({ minimum: 1, maximum: 65_535, description: "Port to listen at" }),
      certificateFile: file("PEM of this lane's certificate, shown to neighbours in both directions"),
      keyFile: file("PEM of the private key of certificateFile"),
      caFile: file("PEM of what signs the certificates of neighbours and displays"),
      neighbours: {
        type: "array",
        maxItems: 16,
        description: "The other lanes of the site",
        items: { type: "object", properties: neighbour, required: Object.keys(neighbour), ...closed },
      },
      displays: Type.Array(name("Common name of a certificate"), {
        maxItems: 32,
        description: "Certificates that may look on and say nothing",
      }),
    },
    required: ["port", "neighbours"],
    ...closed,
  };
}
