import sharp from "sharp";
import type { Scene } from "./description.ts";
import { createRandom, type Random } from "./random.ts";
import { type Focus, PICTURE } from "./setting.ts";
import type { PaintedView } from "./views.ts";

const { width: WIDTH, height: HEIGHT } = PICTURE;
/** Keeps the painters' seed and the grain of the sensor apart. */
const GRAIN_SEED = 0x5eed;

/** What lens, sensor and compression make of a painted view. */
export async function expose(view: PaintedView): Promise<Uint8Array> {
  const { setting, focus } = view;
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
  const shaken = await shake(whole, scene);
  const lit = await shine(shaken, scene, focus);
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

/** Light that falls straight into the lens, around the identity. */
async function shine(pixels: Buffer, scene: Scene, focus: Focus): Promise<Buffer> {
  if (scene.glare === 0) return pixels;
  return sharp(pixels, raw)
    .composite([{ input: Buffer.from(glareSvg(focus, scene.glare)), blend: "screen" }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

function glareSvg(focus: Focus, glare: number): string {
  const radius = focus.width * (0.6 + 1.3 * glare);
  const core = Math.min(1, 1.1 * glare).toFixed(3);
  const rim = (0.55 * glare).toFixed(3);
  const stops =
    `<stop stop-color="#fffef6" stop-opacity="${core}"/><stop offset="0.5" stop-color="#fffdf0" stop-opacity="${core}"/>` +
    `<stop offset="0.75" stop-color="#fff6dc" stop-opacity="${rim}"/><stop offset="1" stop-color="#ffefc4" stop-opacity="0"/>`;
  const at = `cx="${focus.x.toFixed(1)}" cy="${focus.y.toFixed(1)}"`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<defs><radialGradient id="g">${stops}</radialGradient></defs>` +
    `<ellipse ${at} rx="${radius.toFixed(1)}" ry="${(radius * 0.72).toFixed(1)}" fill="url(#g)"/>` +
    `<ellipse ${at} rx="${(radius * 2.4).toFixed(1)}" ry="${(radius * 0.12).toFixed(1)}" fill="url(#g)" opacity="0.5"/></svg>`
  );
}

function rainSvg(scene: Scene, random: Random): string | undefined {
  if (scene.weather !== "rain") return undefined;
  const drops = Array.from({ length: 260 }, () => {
    const x = random.between(-40, WIDTH);
    const y = random.between(-60, HEIGHT);
    const long = random.between(12, 46);
    const opacity = random.between(0.06, 0.22).toFixed(2);
    return `<path d="M${x.toFixed(0)} ${y.toFixed(0)}l${(long * 0.16).toFixed(1)} ${long.toFixed(1)}" stroke-opacity="${opacity}"/>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<g stroke="#dfe6ea" stroke-width="1.3">${drops.join("")}</g></svg>`
  );
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
  const coarse = grid(random, 90, 0.1);
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
