import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCamera, openGate, openWeighbridge } from "#devices/registry";
import { systemClock } from "#devices/system-clock";

/**
 * Twelve devices whose hardware is away, as a process of its own that tells its parent how much memory it takes. With
 * `opcua` as its argument gate and weighbridge are of that family, otherwise of Modbus.
 */
const [, , family, passwordFile = ""] = process.argv;
/** After this time the libraries are loaded and the drivers have settled into trying, milliseconds. */
const SETTLED_MS = 6000;

const dataDir = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
const context = { clock: systemClock, post: () => undefined, dataDir };
const opcUa = { endpoint: "opc.tcp://127.0.0.1:9", security: "Basic256Sha256", timeoutMs: 500 };
const modbus = { host: "127.0.0.1", port: 9, unit: 1, timeoutMs: 300, profile: "generic" };
const gate =
  family === "opcua"
    ? {
        driver: "opcua-gate",
        options: { ...opcUa, profile: "generic", station: "G", publishingMs: 50, samplingMs: 20 },
      }
    : { driver: "modbus-gate", options: { ...modbus, pollMs: 20 } };
const scale =
  family === "opcua"
    ? {
        driver: "opcua-weighbridge",
        options: { ...opcUa, scale: "s=S", pollMs: 100, capacityKg: 1, legalForTrade: true },
      }
    : { driver: "modbus-weighbridge", options: { ...modbus, pollMs: 50, capacityKg: 80_000 } };
const camera = {
  driver: "onvif-camera",
  options: {
    url: "http://127.0.0.1:9/",
    username: "lane",
    passwordFile,
    task: "plate",
    plateEvents: false,
    timeoutMs: 500,
    maxImageBytes: 1_000_000,
  },
};
const devices = await Promise.all([
  openGate({ id: "gate", ...gate }, context),
  ...Array.from({ length: 5 }, (_, index) => openWeighbridge({ id: `scale${index}`, ...scale }, context)),
  ...Array.from({ length: 6 }, (_, index) => openCamera({ id: `camera${index}`, ...camera }, context)),
]);
for (const device of devices) await device.start();
setTimeout(() => {
  process.send?.({ devices: devices.length, rssBytes: process.memoryUsage.rss() });
  rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
}, SETTLED_MS);
