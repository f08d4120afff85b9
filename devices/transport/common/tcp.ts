import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { LaneError, messageOf } from "#contract/errors";

/** Longest wait for a TCP connection, milliseconds. A device on the lane's own network needs a few. */
const CONNECT_TIMEOUT_MS = 2000;

/** Connects. Rejects with LaneError DEVICE_OFFLINE when the device cannot be reached or `signal` is aborted. */
export async function connectTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  const tooLong = new Error(`no connection within ${CONNECT_TIMEOUT_MS} ms`);
  const timer = setTimeout(() => socket.destroy(tooLong), CONNECT_TIMEOUT_MS);
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw new LaneError("DEVICE_OFFLINE", `${host}:${port}: ${reasonOf(error, `${host}:${port}`)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Why connecting failed, without the address that is said anyway. A host name with several addresses fails with an error
 * that has a code and no message.
 */
function reasonOf(error: unknown, address: string): string {
  const message = messageOf(error).replace(` ${address}`, "");
  return message === "" && error instanceof Error && "code" in error ? String(error.code) : message;
}
