import { LaneError } from "#contract/errors";
import type { UtcMs } from "#contract/units";
import { within } from "../common/deadline.ts";
import { certificateProblem, subjectOf, thumbprintOf } from "./certificate-rules.ts";
import type { OpcUaLibrary } from "./library.ts";
import type { OpcUaConnectionOptions } from "./options.ts";
import { APPLICATION_URI, type OpcUaPki } from "./pki.ts";

/**
 * Asks the server, over an open channel, for its certificate, and returns it when it may be used. Nothing that is said
 * on this channel counts for more: the secure channel is then opened to this certificate and no other.
 * Rejects with LaneError DEVICE_AUTH, with what to do about it.
 */
export async function trustedServerCertificate(
  library: OpcUaLibrary,
  pki: OpcUaPki,
  options: OpcUaConnectionOptions,
  utc: UtcMs,
): Promise<Buffer> {
  const { server, der } = await offered(library, pki, options);
  const expected = { utc, applicationUri: server ?? "" };
  const problem = certificateProblem(der, expected);
  if (problem !== undefined) throw new LaneError("DEVICE_AUTH", `the certificate of the server is refused: ${problem}`);
  if (await pki.trusts(der)) return der;
  const kept = await pki.keepRefused(der);
  const next = kept
    ? "compare it with the one that the device shows, then: lanectl --config <lane file> device trust <thumbprint>"
    : "too many refused certificates are kept already: remove them from opcua/rejected in the data folder";
  const who = `${subjectOf(der)}, thumbprint ${thumbprintOf(der)}`;
  throw new LaneError("DEVICE_AUTH", `the certificate of the server is not trusted (${who}); ${next}`);
}

async function offered(
  library: OpcUaLibrary,
  pki: OpcUaPki,
  { endpoint, security, timeoutMs }: OpcUaConnectionOptions,
) {
  const client = library.OPCUAClient.create({
    clientName: "gatelane discovery",
    applicationUri: APPLICATION_URI,
    clientCertificateManager: pki.manager,
    certificateFile: pki.certificateFile,
    privateKeyFile: pki.keyFile,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    transportTimeout: timeoutMs,
    defaultTransactionTimeout: timeoutMs,
  });
  try {
    await within(client.connect(endpoint), timeoutMs, "connecting");
    const endpoints = await within(client.getEndpoints(), timeoutMs, "asking for the endpoints");
    const policy = library.SecurityPolicy[security as keyof typeof library.SecurityPolicy];
    const { SignAndEncrypt } = library.MessageSecurityMode;
    const found = endpoints.find((one) => one.securityMode === SignAndEncrypt && one.securityPolicyUri === policy);
    if (found === undefined) {
      throw new LaneError("DEVICE_AUTH", `the server offers no endpoint that signs and encrypts with ${security}`);
    }
    const chain = found.serverCertificate;
    const der = library.extractFirstCertificateInChain(chain);
    if (der === null || der.length === 0) throw new LaneError("DEVICE_AUTH", "the server shows no certificate");
    return { server: found.server.applicationUri, der };
  } finally {
    await within(client.disconnect(), timeoutMs, "disconnecting").catch(() => undefined);
  }
}
