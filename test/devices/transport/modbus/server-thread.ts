import { parentPort } from "node:worker_threads";
import { ModbusServer } from "#devices/transport/modbus/server/server";

// A device that goes on answering while the thread that asks it is held up.
const server = new ModbusServer({ readInputRegister: (address) => 500 + address });
await server.start();
parentPort?.postMessage(server.port);
