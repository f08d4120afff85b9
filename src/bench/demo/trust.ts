import { thumbprintOf } from "#devices/transport/opcua/certificate-rules";
import { loadLibrary } from "#devices/transport/opcua/library";
import { OpcUaPki, trustServerCertificate } from "#devices/transport/opcua/pki";
import type { Wiring } from "../fittings/fitting.ts";

/**
 * Has the lane trust the OPC UA servers of its bench, as `lanectl device trust` does. The certificates come from the
 * servers themselves and not over the wire, so there is nothing to compare.
 */
export async function trustServers(dataDir: string, wirings: readonly Wiring[]): Promise<void> {
  const certificates = wirings.flatMap(({ certificate }) =>
    certificate === undefined ? [] : [Buffer.from(certificate)],
  );
  if (certificates.length === 0) return;
  const pki = await OpcUaPki.open(await loadLibrary(), dataDir);
  try {
    for (const certificate of certificates) await pki.keepRefused(certificate);
  } finally {
    await pki.close();
  }
  for (const thumbprint of new Set(certificates.map(thumbprintOf))) await trustServerCertificate(dataDir, thumbprint);
}
