import { createServer } from "node:net";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";

/**
 * The other end of the measurements in devices.ts, as a process of its own: a gate PLC on Modbus TCP and a plain echo.
 * Tells its parent the two ports and ends with it.
 */
const plc = new GatePlcSimulator();
await plc.start();
const echo = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.pipe(socket);
});
echo.listen(0, "127.0.0.1", () => {
  const address = echo.address();
  process.send?.({ plc: plc.port, echo: typeof address === "object" ? address?.port : 0 });
});
process.on("disconnect", () => process.exit(0));
