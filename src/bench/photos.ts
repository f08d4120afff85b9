import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, normalize } from "node:path";
import { LaneError, messageOf } from "#contract/errors";
import { normaliseIdentifier } from "#contract/identifiers";
import { createRandom, type Random, shuffled } from "./scene/random.ts";

/**
 * Trucks made of real photographs: a folder with pictures and a `labels.csv` that says what can be read in them. Columns
 * `file` (relative to the folder), `kind` and `truth` are needed, others are left alone. `truth` holds normal forms
 * separated by `;`; an empty one means that nothing can be read whole, and any reading is wrong.
 */

const KINDS = ["container", "plate_vn", "plate_cn"] as const;
export type PhotoKind = (typeof KINDS)[number];

export interface Photo {
  /** Path of the picture file. */
  readonly path: string;
  readonly kind: PhotoKind;
  /** Everything that can be read in it, in normal form; may be empty. */
  readonly truths: readonly string[];
}

/** One vehicle of a bench run: what its side camera and its front camera see. */
export interface PhotoTruck {
  readonly id: string;
  readonly container: Photo;
  readonly plate: Photo;
}

const LABELS = "labels.csv";
const COLUMNS = ["file", "kind", "truth"] as const;
const NO_LABELS = `is missing; it is a table with a line for each picture and the columns ${COLUMNS.join(",")}`;
/** A folder in disorder is reported with this many complaints, not with thousands. */
const COMPLAINTS_SHOWN = 20;

/**
 * `count` vehicles in an order that depends on the seed only. Every photograph is used before any is used again.
 * Rejects with CONFIG_INVALID, naming every line of the labels that is wrong and every picture that is missing.
 */
export async function loadPhotoTrucks(directory: string, count: number, seed: number): Promise<readonly PhotoTruck[]> {
  const photos = await loadPhotos(directory);
  const containers = photos.filter(({ kind }) => kind === "container");
  const plates = photos.filter(({ kind }) => kind !== "container");
  if (containers.length === 0 || plates.length === 0) {
    throw refuse(directory, [
      `needs at least one container and one plate, has ${containers.length} and ${plates.length}`,
    ]);
  }
  const random = createRandom(seed);
  const nextContainer = rounds(containers, random);
  const nextPlate = rounds(plates, random);
  return Array.from({ length: count }, (_, index) => ({
    id: `photo-${String(index + 1).padStart(4, "0")}`,
    container: nextContainer(),
    plate: nextPlate(),
  }));
}

/** All photographs of the folder in the order of its labels. Rejects with CONFIG_INVALID. */
export async function loadPhotos(directory: string): Promise<readonly Photo[]> {
  const text = await readFile(join(directory, LABELS), "utf8").catch((error: unknown) => {
    const absent = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw refuse(directory, [absent ? NO_LABELS : messageOf(error)], error);
  });
  const complaints: string[] = [];
  const photos = parseLabels(text, directory, complaints);
  for (const { path } of photos) {
    const file = await stat(path).catch(() => undefined);
    if (file === undefined || !file.isFile()) complaints.push(`the picture ${path} is missing`);
  }
  if (complaints.length > 0) throw refuse(directory, complaints);
  return photos;
}

function parseLabels(text: string, directory: string, complaints: string[]): readonly Photo[] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = header.split(",").map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    complaints.push(`the first line names no column ${missing.map((column) => `"${column}"`).join(", ")}`);
    return [];
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const complain = (what: string) => {
      complaints.push(`line ${index + 2}: ${what}`);
      return [];
    };
    const fields = line.split(",");
    if (line.includes('"')) return complain("quoted fields are not understood");
    if (fields.length !== names.length)
      return complain(`${fields.length} fields, the first line names ${names.length}`);
    const field = (column: (typeof COLUMNS)[number]) => (fields[names.indexOf(column)] ?? "").trim();
    return parseRow(directory, field("file"), field("kind"), field("truth"), complain);
  });
}

function parseRow(
  directory: string,
  file: string,
  kindText: string,
  truth: string,
  complain: (what: string) => never[],
): readonly Photo[] {
  const kind = KINDS.find((known) => known === kindText);
  if (kind === undefined) return complain(`kind is one of ${KINDS.join(", ")}, not "${kindText}"`);
  if (file === "" || isAbsolute(file) || normalize(file).startsWith("..")) {
    return complain(`"${file}" is not a path inside the folder`);
  }
  const truths = truth.split(";").filter((text) => text !== "");
  const odd = truths.find((text) => normaliseIdentifier(text) !== text);
  if (odd !== undefined) return complain(`"${odd}" is not in normal form (capitals, no spaces, dots or dashes)`);
  return [{ path: join(directory, file), kind, truths }];
}

/** Goes through the list in a random order, again and again, each time in a new one. */
function rounds(photos: readonly Photo[], random: Random): () => Photo {
  let left: Photo[] = [];
  return () => {
    if (left.length === 0) left = shuffled(photos, random);
    const next = left.pop();
    if (next === undefined) throw new RangeError("there is no photograph to choose from");
    return next;
  };
}

function refuse(directory: string, complaints: readonly string[], cause?: unknown): LaneError {
  const shown = complaints.slice(0, COMPLAINTS_SHOWN);
  const rest = complaints.length > shown.length ? [`and ${complaints.length - shown.length} more`] : [];
  return new LaneError("CONFIG_INVALID", `${join(directory, LABELS)}: ${[...shown, ...rest].join("; ")}`, { cause });
}
