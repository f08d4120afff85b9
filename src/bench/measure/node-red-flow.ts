import { COIL, discreteInputAddress } from "#devices/gate/modbus/register-table";

export interface FlowOptions {
  /** TCP port of the gate PLC on 127.0.0.1. */
  readonly plcPort: number;
  /** TCP port on which the flow takes readings, one JSON object a line. */
  readonly readingPort: number;
  /** Time between two reads of the PLC, milliseconds. */
  readonly pollMs: number;
  /** Container numbers that may pass. */
  readonly list: readonly string[];
}

const TAB = "gate-tab";
const PLC = "gate-plc";
const MODBUS = { z: TAB, showStatusActivities: false, showErrors: true, showWarnings: true, server: PLC, unitid: 1 };

/**
 * The flow in the form of Node-RED's own export: keep the boom's zone from the PLC at hand, take a reading, look it up
 * in the list, write cmd_open when it is there and the zone is clear.
 */
export function flow({ plcPort, readingPort, pollMs, list }: FlowOptions): object[] {
  return [{ id: TAB, type: "tab", label: "gate" }, plcClient(plcPort), ...zone(pollMs), ...decision(readingPort, list)];
}

function plcClient(port: number): object {
  return {
    id: PLC,
    type: "modbus-client",
    name: "gate PLC",
    clienttype: "tcp",
    tcpType: "DEFAULT",
    tcpHost: "127.0.0.1",
    tcpPort: String(port),
    unit_id: 1,
    bufferCommands: true,
    commandDelay: 1,
    clientTimeout: 1000,
    reconnectOnTimeout: true,
    reconnectTimeout: 2000,
    parallelUnitIdsAllowed: true,
  };
}

function zone(pollMs: number): object[] {
  return [
    {
      ...MODBUS,
      id: "read-zone",
      type: "modbus-read",
      dataType: "Input",
      adr: String(discreteInputAddress("loopUnder")),
      quantity: "1",
      rate: String(pollMs),
      rateUnit: "ms",
      delayOnStart: false,
      useIOFile: false,
      emptyMsgOnFail: false,
      wires: [["keep-zone"], []],
    },
    {
      id: "keep-zone",
      type: "function",
      z: TAB,
      func: "flow.set('occupied', msg.payload[0] === true); return null;",
      outputs: 1,
      wires: [[]],
    },
  ];
}

function decision(readingPort: number, list: readonly string[]): object[] {
  return [
    {
      id: "take-reading",
      type: "tcp in",
      z: TAB,
      server: "server",
      host: "",
      port: String(readingPort),
      datamode: "stream",
      datatype: "utf8",
      newline: "\\n",
      topic: "",
      trim: false,
      base64: false,
      wires: [["decide"]],
    },
    {
      id: "decide",
      type: "function",
      z: TAB,
      initialize: `flow.set('list', ${JSON.stringify(list)});`,
      func: [
        "const reading = JSON.parse(msg.payload);",
        "const known = flow.get('list').includes(reading.text);",
        "return known && flow.get('occupied') === false ? { payload: true } : null;",
      ].join("\n"),
      outputs: 1,
      wires: [["write-open"]],
    },
    {
      ...MODBUS,
      id: "write-open",
      type: "modbus-write",
      dataType: "Coil",
      adr: String(COIL.cmdOpen),
      quantity: "1",
      emptyMsgOnFail: false,
      wires: [[], []],
    },
  ];
}
