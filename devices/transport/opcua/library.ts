type Client = typeof import("node-opcua-client");
type Certificates = Pick<typeof import("node-opcua-certificate-manager"), "OPCUACertificateManager">;

export type OpcUaLibrary = Client & Certificates;

/**
 * The OPC UA client library, loaded when the first OPC UA device starts: it costs about a second and 70 MB, which a
 * lane without OPC UA must not pay.
 */
export async function loadLibrary(): Promise<OpcUaLibrary> {
  const [client, { OPCUACertificateManager }] = await Promise.all([
    import("node-opcua-client"),
    import("node-opcua-certificate-manager"),
  ]);
  // It tells a terminal what the drivers tell the lane in their own words. NODEOPCUADEBUG is its own switch.
  if (process.env["NODEOPCUADEBUG"] === undefined) {
    client.setWarningLogger(() => undefined);
    client.setErrorLogger(() => undefined);
  }
  return { ...client, OPCUACertificateManager };
}
