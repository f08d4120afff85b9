import modbusSerial from "modbus-serial";
import { messageOf } from "#contract/errors";
import { connectTcp } from "../common/tcp.ts";
import { ModbusConnection } from "./connection.ts";
import { ReplyGuard } from "./reply-guard.ts";
import type { ModbusClient } from "./requests.ts";
import type { ModbusWire } from "./wire.ts";

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
}

/** Opens Modbus TCP connections to a device. Each rejects with LaneError DEVICE_OFFLINE when it cannot be reached. */
export function overTcp({ host, port }: TcpSettings): (signal: AbortSignal) => Promise<ModbusConnection> {
  return async (signal) => ModbusConnection.over(await openWire(host, port, signal));
}

async function openWire(host: string, port: number, signal: AbortSignal): Promise<ModbusWire> {
  const socket = await connectTcp(host, port, signal);
  const client: ModbusClient = new modbusSerial.default();
  return {
    client,
    guard: new ReplyGuard(),
    gapMs: 0,
    attach: async ({ bytes, ended }) => {
      // Before the library's own listener, so that the guard sees every byte first.
      socket.on("data", bytes);
      socket.on("end", () => ended("the device closed the connection"));
      socket.on("error", (error) => ended(messageOf(error)));
      socket.on("close", () => ended("the connection was closed"));
      await client.linkTCP(socket, { port });
    },
    close: () => {
      client.destroy(() => {});
      socket.destroy();
    },
  };
}
