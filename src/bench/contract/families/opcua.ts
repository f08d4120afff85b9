import { InvariantError } from "#contract/errors";
import { gateNodesNames } from "#devices/gate/opcua/profile";
import { type Check, type Family, type Rig, simulated } from "../check.ts";
import { gateChecks } from "../checks/gate.ts";
import type { GateContractLimits } from "../checks/gate-rig.ts";
import { readerChecks } from "../checks/reader.ts";
import { weighbridgeChecks } from "../checks/weighbridge.ts";
import type { WeighbridgeContractLimits } from "../checks/weighbridge-rig.ts";
import type { ServerRig } from "../rigs/opcua-server.ts";

/** OPC UA answers a write with a status and echoes nothing. To its library a channel with garbage on it is a lost one. */
export const OPC_UA_GATE_LIMITS: GateContractLimits = {
  without: ["wrong-echo"],
  garbage: { code: "DEVICE_TIMEOUT", faults: ["OFFLINE", "TIMEOUT", "PROTOCOL"] },
};

export const OPC_UA_WEIGHBRIDGE_LIMITS: WeighbridgeContractLimits = { garbage: ["OFFLINE", "TIMEOUT", "PROTOCOL"] };

/** `opcua-gate`, with every profile. */
export async function opcUaGates(): Promise<Family[]> {
  const checks = gateChecks(OPC_UA_GATE_LIMITS);
  return (await gateNodesNames()).map((profile) => {
    const named = { name: `opcua-gate, profile ${profile}`, driver: "opcua-gate", class: "gate" } as const;
    return onServer(named, checks, "none", async (server, count) => {
      const { gateOpcUaRig } = await import("../rigs/gate-opcua.ts");
      return gateOpcUaRig(server, `Gate${count}`, profile);
    });
  });
}

/** `opcua-weighbridge`. */
export function opcUaWeighbridge(): Family {
  const named = { name: "opcua-weighbridge", driver: "opcua-weighbridge", class: "weighbridge" } as const;
  const checks = weighbridgeChecks(OPC_UA_WEIGHBRIDGE_LIMITS);
  return onServer(named, checks, "scales", async (server, count) => {
    const { weighbridgeOpcUaRig } = await import("../rigs/weighbridge-opcua.ts");
    return weighbridgeOpcUaRig(server, `Scale${count}`);
  });
}

/** `opcua-id-reader`, for tags and for codes. */
export function opcUaIdReaders(): Family[] {
  return (["tag", "code"] as const).map((kind) => {
    const named = { name: `opcua-id-reader, ${kind}s`, driver: "opcua-id-reader", class: "id-reader" } as const;
    return onServer(named, readerChecks("id-reader"), "autoId", async (server, count) => {
      const { idReaderOpcUaRig } = await import("../rigs/id-reader-opcua.ts");
      return idReaderOpcUaRig(server, `Reader${count}`, kind);
    });
  });
}

/** Published information models that a server is started with, by name. */
const MODELS = {
  none: async () => [],
  scales: async () => (await import("#devices/weighbridge/opcua/simulator")).SCALE_MODELS,
  autoId: async () => (await import("#devices/id-reader/opcua/simulator")).AUTO_ID_MODELS,
} as const;

/**
 * A server takes seconds to start, so that one serves all checks of a family; each has a device and a cable of its own.
 * The server's library is loaded only when the family starts.
 */
function onServer<R extends Rig>(
  named: Pick<Family, "name" | "driver" | "class">,
  checks: readonly Check<R>[],
  models: keyof typeof MODELS,
  build: (server: ServerRig, count: number) => Promise<R>,
): Family {
  let server: ServerRig | undefined;
  let count = 0;
  const start = async () => {
    const { serverRig } = await import("../rigs/opcua-server.ts");
    server = await serverRig({ models: await MODELS[models]() });
  };
  const stop = async () => {
    const running = server;
    server = undefined;
    await running?.stop();
  };
  const rig = () => {
    if (server === undefined) throw new InvariantError("the OPC UA server of this family is not running");
    count += 1;
    return build(server, count);
  };
  return simulated(named, checks, rig, { start, stop });
}
