import { gateOpcUaRig } from "../rigs/gate-opcua.ts";
import { serverRig } from "../rigs/opcua-server.ts";
import { weighbridgeOpcUaRig } from "../rigs/weighbridge-opcua.ts";
import { gateKnobs } from "./gates.ts";
import { halfOpen, type KnobFamily, type KnobTable, turn } from "./knob.ts";
import { scaleKnobs } from "./scales.ts";

const NUMBERED = "the messages of its channel are numbered and encrypted; one that comes twice ends the channel";
const ONLY_DIFFERENCES = "ages are worked out from differences of its clock, never from its time";

export const OPC_UA_KNOBS: readonly KnobFamily[] = [
  {
    driver: "opcua-gate",
    open: async () => {
      const server = await serverRig();
      const rig = await gateOpcUaRig(server, "Gate", "packed-word");
      const knobs: KnobTable = {
        ...gateKnobs(rig, rig.station),
        duplicate: NUMBERED,
        "half-open": halfOpen(rig.link, "TIMEOUT", "OFFLINE"),
        "wrong-clock": ONLY_DIFFERENCES,
      };
      const dispose = async () => {
        await rig.dispose();
        await server.stop();
      };
      return { ...rig, dispose, knobs };
    },
  },
  {
    driver: "opcua-weighbridge",
    open: async () => {
      const { SCALE_MODELS } = await import("#devices/weighbridge/opcua/simulator");
      const server = await serverRig({ models: SCALE_MODELS });
      const rig = await weighbridgeOpcUaRig(server, "Scale");
      const knobs: KnobTable = {
        ...scaleKnobs(rig),
        stuck: turn(
          () => rig.plant.setFrozen(true),
          () => rig.plant.setFrozen(false),
          "STALE",
        ),
        duplicate: NUMBERED,
        "half-open": halfOpen(rig.link, "TIMEOUT", "OFFLINE"),
        "wrong-clock": ONLY_DIFFERENCES,
      };
      const dispose = async () => {
        await rig.dispose();
        await server.stop();
      };
      return { ...rig, dispose, knobs };
    },
  },
];
