import Type, { type Static } from "typebox";

/** Options that every OPC UA driver has: where the server is, and how both ends prove who they are. */
export const opcUaConnectionOptions = {
  endpoint: Type.String({
    pattern: "^opc\\.tcp://[^\\s/@]+(/[^\\s]*)?$",
    maxLength: 256,
    description: "Address of the OPC UA server, opc.tcp://host:4840. No user name in it",
  }),
  security: Type.Union(
    [
      Type.Literal("Basic256Sha256"),
      Type.Literal("Aes128_Sha256_RsaOaep"),
      Type.Literal("Aes256_Sha256_RsaPss"),
      Type.Literal("none"),
    ],
    {
      default: "Basic256Sha256",
      description: "Security policy; everything is signed and encrypted. none: only on a cable between the two alone",
    },
  ),
  username: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: "User name at the server" })),
  passwordFile: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: "File with the password of that user on one line" }),
  ),
  certificateFile: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: "PEM of a user certificate, instead of a password" }),
  ),
  keyFile: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: "PEM of the private key of certificateFile" }),
  ),
  timeoutMs: Type.Integer({
    minimum: 200,
    maximum: 30_000,
    default: 2000,
    description: "Longest wait for one answer of the server, milliseconds",
  }),
} as const;

const ConnectionSchema = Type.Object(opcUaConnectionOptions);
export type OpcUaConnectionOptions = Static<typeof ConnectionSchema>;
