import { COIL, discreteInputAddress } from "#devices/gate/modbus/register-table";

/**
 * The flow in the form of Node-RED's own export: read loopArrival, wait for its rising edge, write cmd_open.
 * @param port TCP port of the gate PLC on 127.0.0.1.
 * @param pollMs time between two reads, milliseconds.
 */
export function flow(port: number, pollMs: number): object[] {
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
      id: "read-arrival",
      type: "modbus-read",
      z: tab,
      ...quiet,
      server,
      unitid: 1,
      dataType: "Input",
      adr: String(discreteInputAddress("loopArrival")),
      quantity: "1",
      rate: String(pollMs),
      rateUnit: "ms",
      delayOnStart: false,
      useIOFile: false,
      emptyMsgOnFail: false,
      wires: [["rising-edge"], []],
    },
    {
      id: "rising-edge",
      type: "function",
      z: tab,
      func: [
        "const now = msg.payload[0] === true;",
        "const before = context.get('before') === true;",
        "context.set('before', now);",
        "return now && !before ? { payload: true } : null;",
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
