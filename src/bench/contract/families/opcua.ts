import { InvariantError } from "#contract/errors";
import { gateNodesNames } from "#devices/gate/opcua/profile";
import type { SimulatedServerOptions } from "#devices/transport/opcua/server/server";
import { type Check, type Family, type Rig, simulated } from "../check.ts";
import { gateChecks } from "../checks/gate.ts";
import type { GateContractLimits } from "../checks/gate-rig.ts";
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
    return onServer(named, checks, {}, async (server, count) => {
      const { gateOpcUaRig } = await import("../rigs/gate-opcua.ts");
      return gateOpcUaRig(server, `Gate${count}`, profile);
    });
  });
}

/** `opcua-weighbridge`. */
export function opcUaWeighbridge(): Family {
  const named = { name: "opcua-weighbridge", driver: "opcua-weighbridge", class: "weighbridge" } as const;
  const checks = weighbridgeChecks(OPC_UA_WEIGHBRIDGE_LIMITS);
  return onServer(named, checks, { scales: true }, async (server, count) => {
    const { weighbridgeOpcUaRig } = await import("../rigs/weighbridge-opcua.ts");
    return weighbridgeOpcUaRig(server, `Scale${count}`);
  });
}

/**
 * A server takes seconds to start, so that one serves all checks of a family; each has a device and a cable of its own.
 * The server's library is loaded only when the family starts.
 */
function onServer<R extends Rig>(
  named: Pick<Family, "name" | "driver" | "class">,
  checks: readonly Check<R>[],
  { scales = false }: { readonly scales?: boolean },
  build: (server: ServerRig, count: number) => Promise<R>,
): Family {
  let server: ServerRig | undefined;
  let count = 0;
  const start = async () => {
    const { serverRig } = await import("../rigs/opcua-server.ts");
    const options: Omit<SimulatedServerOptions, "folder"> = scales
      ? { models: (await import("#devices/weighbridge/opcua/simulator")).SCALE_MODELS }
      : {};
    server = await serverRig(options);
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
