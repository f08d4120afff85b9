import { parentPort, workerData } from "node:worker_threads";
import type { KeyPair } from "../operations/keys.ts";
import { Operations } from "../operations/operations.ts";

/** Central operations on a thread of their own, so that a lane that is measured does not pay for them. */
const { url, site, keys } = workerData as { readonly url: string; readonly site: string; readonly keys: KeyPair };
const operations = new Operations({ url, site, keys, keepEntries: false });

parentPort?.once("message", () => {
  void operations.stop().then(() => parentPort?.close());
});
await operations.start();
parentPort?.postMessage("started");
