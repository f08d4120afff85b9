import { gateOpcUaRig } from "../rigs/gate-opcua.ts";
import { idReaderOpcUaRig } from "../rigs/id-reader-opcua.ts";
import { serverRig } from "../rigs/opcua-server.ts";
import { weighbridgeOpcUaRig } from "../rigs/weighbridge-opcua.ts";
import { READER, told } from "./edge.ts";
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
  {
    driver: "opcua-id-reader",
    open: async () => {
      const { AUTO_ID_MODELS } = await import("#devices/id-reader/opcua/simulator");
      const server = await serverRig({ models: AUTO_ID_MODELS });
      const rig = await idReaderOpcUaRig(server, "Reader", "tag");
      const { station, plant, link } = rig;
      const hold = (from: number, count: number) => plant.show(from, count);
      const knobs: KnobTable = {
        ...READER,
        late: turn(
          () => link.setFault({ kind: "late", ms: 3000 }),
          () => link.setFault(undefined),
          "TIMEOUT",
        ),
        silent: turn(
          () => plant.setSilent(true),
          () => plant.setSilent(false),
          "TIMEOUT",
        ),
        stuck: turn(
          () => {
            station.setRefusesScan(true);
            station.setStatus("idle");
          },
          () => station.setRefusesScan(false),
          "EXCEPTION",
        ),
        noisy: turn(
          () => hold(0, 500),
          () => hold(0, 0),
          "RANGE",
        ),
        duplicate: {
          on: () => hold(7, 1),
          off: () => hold(7, 0),
          // It is read twenty times a second and told once, and again after 400 ms.
          shown: (recorder, from) => told(recorder, from, "id-seen") === 2,
        },
        garbage: turn(
          () => plant.sendRaw(Buffer.alloc(40, 0xff)),
          () => hold(0, 0),
          "PROTOCOL",
        ),
        "half-open": halfOpen(link, "TIMEOUT", "OFFLINE"),
        "wrong-clock": turn(
          async () => {
            station.setClockOffset(3_600_000);
            await hold(8, 1);
          },
          async () => {
            station.setClockOffset(0);
            await hold(0, 0);
          },
          "CLOCK",
        ),
        reboot: turn(
          () => {
            station.setStatus("idle");
            link.cut();
          },
          () => undefined,
          "OFFLINE",
        ),
      };
      const dispose = async () => {
        await rig.dispose();
        await server.stop();
      };
      return { ...rig, dispose, knobs };
    },
  },
];
