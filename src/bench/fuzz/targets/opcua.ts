import { readScanResult } from "#devices/id-reader/opcua/scan-result";
import { type FuzzTarget, must } from "../target.ts";

const TIME = "00a0f0e8f9d9dc01";

const scanResults: FuzzTarget = {
  name: "opcua-scan-result",
  seeds: [
    Buffer.from(`00000000030000004550430300000000300c00000030340bd6f4000000000000a100000000${TIME}00000000`, "hex"),
    Buffer.from(`00000000020000005152020000000700000071723a2f2f2f31${TIME}`, "hex"),
  ],
  maxBytes: 4000,
  run: (input) => {
    const scanned = readScanResult(input);
    if (scanned.kind === "misfit") {
      must(scanned.why !== "" && scanned.why.length < 200, "a reason says what is wrong, briefly");
      return;
    }
    const { data, scannedUtc } = scanned;
    must(Number.isFinite(scannedUtc), "a time that is none");
    must(data.length <= 1024, "content that is too long");
    must(input.includes(Buffer.from(data)), "content that was not sent");
  },
};

export const opcUaTargets: readonly FuzzTarget[] = [scanResults];
