import Type from "typebox";

/** Option of a driver that connects to a TCP port. */
export const tcpPort = (defaultPort: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 65_535, default: defaultPort, description });
