import { chmodSync, lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { createConnection, type Server } from "node:net";
import { dirname } from "node:path";
import { LaneError } from "#contract/errors";

/** Owner and group may connect: the group of the socket is who may use lanectl. */
const SOCKET_MODE = 0o660;
/** No rights for others while the socket exists and its mode is not set yet. */
const SOCKET_UMASK = 0o117;

/**
 * Makes `server` listen at the unix socket `path`. A socket that a dead process left behind is removed; one that
 * somebody listens on, or anything that is no socket, is left alone. Throws LaneError CONFIG_INVALID then.
 */
export async function listenAt(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await removeStaleSocket(path);
  const listening = new Promise<void>((resolve, reject) => {
    server.once("listening", resolve);
    server.once("error", reject);
  });
  // Binding happens inside `listen`, so the umask of this process is only changed for the length of that call.
  const before = process.umask(SOCKET_UMASK);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  await listening;
  chmodSync(path, SOCKET_MODE);
}

async function removeStaleSocket(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isSocket()) throw new LaneError("CONFIG_INVALID", `${path} exists and is not a socket`);
  if (await isAnswered(path)) {
    throw new LaneError("CONFIG_INVALID", `another daemon already answers at ${path}; stop it, or name another socket`);
  }
  unlinkSync(path);
}

/** Whether a process accepts connections at `path`. Only "nobody listens" counts as no; any doubt counts as yes. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT");
    });
  });
}
