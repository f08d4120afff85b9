import { createServer, type Socket } from "node:net";
import sharp from "sharp";
import { CameraSimulator } from "#devices/camera/onvif/simulator";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { IdReaderSimulator } from "#devices/id-reader/text/simulator";
import { SealReaderSimulator } from "#devices/seal-reader/text/simulator";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";
import { CAMERA_PASSWORD } from "./devices-secret.ts";

/**
 * The hardware of the measurements in devices-edge.ts, as a process of its own: twelve devices on their wires. It changes
 * an input of the gate PLC and waits for the boom command, so that one clock measures both ends.
 */
export type ToPlant = { readonly type: "edges"; readonly count: number } | { readonly type: "hang-camera" };

export interface PlantPorts {
  readonly gate: number;
  readonly scales: readonly number[];
  readonly readers: readonly string[];
  readonly seals: string;
  readonly cameras: readonly string[];
  /** Sends bytes as fast as they are taken, to whoever connects. */
  readonly flood: number;
}

export type FromPlant =
  | { readonly type: "started"; readonly ports: PlantPorts }
  | { readonly type: "edges"; readonly times: readonly number[]; readonly lost: number };

/** A command that has not come by then does not come, milliseconds. */
const LOST_MS = 5000;

const tell = (message: FromPlant) => process.send?.(message);
const plc = new GatePlcSimulator({ speed: 1000 });
const scales = [new WeighbridgeSimulator(), new WeighbridgeSimulator()];
const readers = [1, 2, 3].map(() => new IdReaderSimulator({ everyMs: 100, heartbeat: "ALIVE" }));
const seals = new SealReaderSimulator({ everyMs: 100, heartbeat: "ALIVE" });
const jpeg = await sharp({ create: { width: 1280, height: 720, channels: 3, background: "#345" } })
  .jpeg()
  .toBuffer();
const cameras = [1, 2, 3, 4, 5].map(
  () => new CameraSimulator({ username: "lane", password: CAMERA_PASSWORD, picture: () => jpeg }),
);

/** Writes until the other end takes no more, and goes on when it does. */
function pour(socket: Socket): void {
  const bytes = Buffer.alloc(64 * 1024, 0x15);
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on("error", () => undefined);
  socket.on("drain", more);
  more();
}

async function start(): Promise<PlantPorts> {
  for (const device of [plc, ...scales, ...readers, seals, ...cameras]) await device.start();
  const flood = createServer(pour);
  await new Promise<void>((resolve) => flood.listen(0, "127.0.0.1", resolve));
  const address = flood.address();
  return {
    gate: plc.port,
    scales: scales.map(({ port }) => port),
    readers: readers.map(({ line }) => line),
    seals: seals.line,
    cameras: cameras.map(({ url }) => url),
    flood: typeof address === "object" && address !== null ? address.port : 0,
  };
}

/** Milliseconds from the change of the input to the arrival of the command; undefined when none came. */
async function edge(active: boolean): Promise<number | undefined> {
  // Not in step with anybody's poll.
  await new Promise((resolve) => setTimeout(resolve, 15 + Math.random() * 40));
  return new Promise((resolve) => {
    const began = performance.now();
    const end = (ms: number | undefined) => {
      clearTimeout(timer);
      forget();
      resolve(ms);
    };
    const forget = plc.onChange((change) => {
      if (change.type === "command") end(performance.now() - began);
    });
    const timer = setTimeout(() => end(undefined), LOST_MS);
    plc.setInputs({ loopArrival: active });
  });
}

async function edges(count: number): Promise<void> {
  const times: number[] = [];
  let lost = 0;
  for (let index = 0; index < count; index += 1) {
    const ms = await edge(index % 2 === 0);
    if (ms === undefined) lost += 1;
    else times.push(ms);
  }
  tell({ type: "edges", times, lost });
}

process.on("message", (message: ToPlant) => {
  if (message.type === "edges") void edges(message.count);
  else for (const camera of cameras.slice(0, 1)) camera.faults.silent = "always";
});
process.on("disconnect", () => process.exit(0));
tell({ type: "started", ports: await start() });
