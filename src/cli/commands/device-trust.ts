import type { Command } from "commander";
import { withExamples } from "../examples.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { jsonText, type Output } from "../terminal/output.ts";

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

/** `lanectl device trust`: the one decision about an OPC UA server that a machine must not make. */
export function addDeviceTrust(device: Command, output: Output): void {
  const trust = device
    .command("trust")
    .description("trust the certificate of an OPC UA server that the lane has refused; compare the thumbprint first")
    .argument("[thumbprint]", "SHA-1 thumbprint as the server itself shows it; without it the refused ones are listed");
  withExamples(trust, [
    ["lanectl --config lane.yaml device trust", "certificates that were refused"],
    ["lanectl --config lane.yaml device trust ee06e9002907383e7f57dd8b883f789d4d7043dd", "trust this one from now on"],
  ]).action(async (thumbprint: string | undefined) => {
    const { config, json = false } = trust.optsWithGlobals<Options>();
    const dataDir = await dataDirOf(config);
    const pki = await import("#devices/transport/opcua/pki");
    if (thumbprint === undefined) {
      const refused = await pki.refusedCertificates(dataDir);
      const lines = refused.map((one) => `${one.thumbprint}  ${one.subject}\n`).join("");
      output.write(json ? jsonText(refused) : lines || "no certificate was refused\n");
      return;
    }
    const trusted = await pki.trustServerCertificate(dataDir, thumbprint).catch((error: Error) => {
      throw new CommandFailure(EXIT.negative, "DEVICE_AUTH", error.message);
    });
    output.write(json ? jsonText(trusted) : `trusted: ${trusted.subject}\n`);
  });
}

async function dataDirOf(config: string | undefined): Promise<string> {
  if (config === undefined) {
    throw new CommandFailure(
      EXIT.usage,
      "CONFIG_MISSING",
      "name the lane file, whose data folder it is: --config <file>",
    );
  }
  const { readOutline } = await import("#config/outline");
  const { dataDir } = readOutline(config);
  if (dataDir === undefined) throw new CommandFailure(EXIT.config, "CONFIG_INVALID", `${config} names no dataDir`);
  return dataDir;
}
