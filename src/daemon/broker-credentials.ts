import { readFileSync } from "node:fs";
import type { LaneConfig } from "#config/lane-config";
import { readPassword } from "#config/secrets";
import type { BrokerCredentials } from "#sync/session";

/**
 * What the configuration says about who we are for the broker, read from its files. Throws LaneError CONFIG_INVALID for
 * the password, the system's error for a certificate or key that cannot be read.
 */
export function brokerCredentials({ upstream }: Pick<LaneConfig, "upstream">): BrokerCredentials {
  const { username, passwordFile, caFile, certificateFile, keyFile } = upstream;
  return {
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readPassword(passwordFile) }),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, "utf8") }),
    ...(certificateFile === undefined ? {} : { cert: readFileSync(certificateFile, "utf8") }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile, "utf8") }),
  };
}
