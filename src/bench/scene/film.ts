import sharp from "sharp";
import type { Scene } from "./description.ts";
import { glowSvg, rainSvg } from "./overlay.ts";
import { createRandom, type Random } from "./random.ts";
import { PICTURE } from "./setting.ts";
import type { PaintedView } from "./views.ts";

const { width: WIDTH, height: HEIGHT } = PICTURE;
/** Keeps the painters' seed and the grain of the sensor apart. */
const GRAIN_SEED = 0x5eed;

/** What lens, sensor and compression make of a painted view. */
export async function expose(view: PaintedView): Promise<Uint8Array> {
  const { setting } = view;
  const { scene } = setting;
  const random = createRandom(scene.seed ^ GRAIN_SEED);
  const behind = await sharp(Buffer.from(setting.background.toSvg()))
    .flatten({ background: "#8f9aa0" })
    .blur(2.4)
    .png({ compressionLevel: 0 })
    .toBuffer();
  const layers = [setting.foreground.toSvg(), rainSvg(scene, random)].filter((svg) => svg !== undefined);
  const whole = await sharp(behind)
    .composite(layers.map((svg) => ({ input: Buffer.from(svg) })))
    .removeAlpha()
    .raw()
    .toBuffer();
  const lit = await shine(await shake(whole, scene), glowSvg(view));
  addGrain(lit, scene, random);
  return new Uint8Array(
    await sharp(lit, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 88 })
      .toBuffer(),
  );
}

const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 } } as const;

/** Movement during the exposure: along the lane, which a camera beside it sees as sideways. */
async function shake(pixels: Buffer, scene: Scene): Promise<Buffer> {
  if (scene.blur === 0) return sharp(pixels, raw).blur(0.55).raw().toBuffer();
  const reach = 1 + 2 * Math.round(scene.blur * 22);
  const row = Array.from({ length: reach * reach }, (_, index) =>
    onPath(index % reach, Math.floor(index / reach), reach, scene),
  );
  return sharp(pixels, raw)
    .blur(0.55 + 2 * scene.blur)
    .convolve({ width: reach, height: reach, kernel: row })
    .raw()
    .toBuffer();
}

function onPath(x: number, y: number, reach: number, scene: Scene): number {
  const middle = (reach - 1) / 2;
  if (scene.view === "side") return y === middle ? 1 : 0;
  return x === y ? 1 : 0;
}

async function shine(pixels: Buffer, glow: string | undefined): Promise<Buffer> {
  if (glow === undefined) return pixels;
  return sharp(pixels, raw)
    .composite([{ input: Buffer.from(glow), blend: "screen" }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Uneven surfaces, the lens's dark corners and the sensor's noise, in place. */
function addGrain(buffer: Buffer, scene: Scene, random: Random): void {
  // Clamped: a value outside 0..255 is cut off, not wrapped.
  const pixels = new Uint8ClampedArray(buffer.buffer, buffer.byteOffset, buffer.length);
  const uneven = cloud(random);
  const noise = scene.night ? 11 : 4.5;
  const corner = scene.night ? 0.62 : 0.22;
  for (let y = 0; y < HEIGHT; y++) {
    const dy = (y - HEIGHT / 2) / HEIGHT;
    for (let x = 0; x < WIDTH; x++) {
      const dx = (x - WIDTH / 2) / WIDTH;
      const factor = (1 - corner * 2 * (dx * dx + dy * dy)) * uneven(x, y);
      const grey = (random.next() + random.next() - 1) * noise;
      const at = (y * WIDTH + x) * 3;
      const tint = (random.next() - 0.5) * noise * 0.5;
      pixels[at] = (pixels[at] ?? 0) * factor + grey + tint;
      pixels[at + 1] = (pixels[at + 1] ?? 0) * factor + grey;
      pixels[at + 2] = (pixels[at + 2] ?? 0) * factor + grey - tint;
    }
  }
}

/** Slow and fine unevenness of paint and asphalt: two grids of random values, interpolated. Around 1. */
function cloud(random: Random): (x: number, y: number) => number {
  const coarse = grid(random, 90, 0.05);
  const fine = grid(random, 7, 0.055);
  return (x, y) => 1 + coarse(x, y) + fine(x, y);
}

function grid(random: Random, cell: number, strength: number): (x: number, y: number) => number {
  const columns = Math.ceil(WIDTH / cell) + 2;
  const rows = Math.ceil(HEIGHT / cell) + 2;
  const values = Float32Array.from({ length: columns * rows }, () => (random.next() - 0.5) * strength);
  return (x, y) => {
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    const fx = x / cell - column;
    const fy = y / cell - row;
    const at = row * columns + column;
    const top = (values[at] ?? 0) * (1 - fx) + (values[at + 1] ?? 0) * fx;
    const bottom = (values[at + columns] ?? 0) * (1 - fx) + (values[at + columns + 1] ?? 0) * fx;
    return top * (1 - fy) + bottom * fy;
  };
}
