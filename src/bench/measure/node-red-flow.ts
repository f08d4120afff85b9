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

/**
 * The flow in the form of Node-RED's own export: keep the boom's zone from the PLC at hand, take a reading, look it up
 * in the list, write cmd_open when it is there and the zone is clear.
 */
export function flow({ plcPort: port, readingPort, pollMs, list }: FlowOptions): object[] {
  const tab = "gate-tab";
  const server = "gate-plc";
  const quiet = { showStatusActivities: false, showErrors: true, showWarnings: true };
  return [
    { id: tab, type: "tab", label: "gate" },
    {
      id: server,
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
    },
    {
      id: "read-zone",
      type: "modbus-read",
      z: tab,
      ...quiet,
      server,
      unitid: 1,
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
      z: tab,
      func: "flow.set('occupied', msg.payload[0] === true); return null;",
      outputs: 1,
      wires: [[]],
    },
    {
      id: "take-reading",
      type: "tcp in",
      z: tab,
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
      z: tab,
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
      id: "write-open",
      type: "modbus-write",
      z: tab,
      ...quiet,
      server,
      unitid: 1,
      dataType: "Coil",
      adr: String(COIL.cmdOpen),
      quantity: "1",
      emptyMsgOnFail: false,
      wires: [[], []],
    },
  ];
}
