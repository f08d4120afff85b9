import sharp from "sharp";
import { renderScene, type SceneDescription } from "#bench/scene/scene";

/** Grey values of a JPEG, row by row. */
export async function greyValues(jpeg: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await sharp(jpeg).greyscale().raw().toBuffer());
}

/**
 * How many pixels clearly differ between two pictures that are the same but for the identity painted on the vehicle: what
 * a reader has to work with. Some hundreds when the identity can be read, next to nothing when it cannot.
 */
export async function traceOfIdentity(one: SceneDescription, other: SceneDescription): Promise<number> {
  const [a, b] = await Promise.all([greyValues(await renderScene(one)), greyValues(await renderScene(other))]);
  return a.reduce((count, value, index) => count + (Math.abs(value - (b[index] ?? 0)) > 40 ? 1 : 0), 0);
}
