import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { loadPhotos, loadPhotoTrucks } from "#bench/photos";
import { isLaneError } from "#contract/errors";

const HEADER = "file,kind,truth,layout,source";
const ROWS = [
  "container/a.jpg,container,MSKU4135329,h,somewhere",
  "container/b.jpg,container,,v,somewhere",
  "plate/c.jpg,plate_vn,29G169097;18C133887,2,somewhere",
  "plate/d.jpg,plate_cn,桂A12345,1,somewhere",
  "plate/e.jpg,plate_vn,12C12345,1,somewhere",
];

/** A folder with the given labels, and a file for every picture that the good rows name. */
async function folder(context: TestContext, lines: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "gatelane-photos-"));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const row of ROWS) {
    const path = join(directory, row.split(",")[0] ?? "");
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, "");
  }
  await writeFile(join(directory, "labels.csv"), lines.join("\n"));
  return directory;
}

test("reads every row, with no, one or several truths", async (context) => {
  const directory = await folder(context, [HEADER, ...ROWS, ""]);
  assert.deepEqual(await loadPhotos(directory), [
    { path: join(directory, "container/a.jpg"), kind: "container", truths: ["MSKU4135329"] },
    { path: join(directory, "container/b.jpg"), kind: "container", truths: [] },
    { path: join(directory, "plate/c.jpg"), kind: "plate_vn", truths: ["29G169097", "18C133887"] },
    { path: join(directory, "plate/d.jpg"), kind: "plate_cn", truths: ["桂A12345"] },
    { path: join(directory, "plate/e.jpg"), kind: "plate_vn", truths: ["12C12345"] },
  ]);
});

test("columns may stand in any order, with a byte order mark and Windows line ends", async (context) => {
  const directory = await folder(context, ["\uFEFFtruth,file,kind\r", "12C12345,plate/e.jpg,plate_vn\r", "\r"]);
  const [photo] = await loadPhotos(directory);
  assert.deepEqual(photo, { path: join(directory, "plate/e.jpg"), kind: "plate_vn", truths: ["12C12345"] });
});

test("makes trucks of one container and one plate, each photograph once before any twice", async (context) => {
  const directory = await folder(context, [HEADER, ...ROWS]);
  const trucks = await loadPhotoTrucks(directory, 6, 1);
  assert.deepEqual(
    trucks.map(({ id }) => id),
    ["photo-0001", "photo-0002", "photo-0003", "photo-0004", "photo-0005", "photo-0006"],
  );
  const timesUsed = (paths: readonly string[]) => paths.map((path) => paths.filter((other) => other === path).length);
  assert.deepEqual(new Set(timesUsed(trucks.map(({ container }) => container.path))), new Set([3]));
  assert.deepEqual(new Set(timesUsed(trucks.map(({ plate }) => plate.path))), new Set([2]));
  assert.ok(trucks.every(({ container, plate }) => container.kind === "container" && plate.kind !== "container"));
});

test("the seed alone decides the order", async (context) => {
  const directory = await folder(context, [HEADER, ...ROWS]);
  const trucks = await loadPhotoTrucks(directory, 20, 5);
  assert.deepEqual(await loadPhotoTrucks(directory, 20, 5), trucks);
  assert.notDeepEqual(await loadPhotoTrucks(directory, 20, 6), trucks);
  assert.deepEqual(await loadPhotoTrucks(directory, 7, 5), trucks.slice(0, 7));
});

const BROKEN: readonly [string, readonly string[], readonly RegExp[]][] = [
  ["a missing column", ["file,kind", ...ROWS], [/the first line names no column "truth"/]],
  ["an empty file", [""], [/no column "file", "kind", "truth"/]],
  ["a missing picture", [HEADER, "plate/x.jpg,plate_vn,,1,-"], [/the picture .*x\.jpg is missing/]],
  ["a folder as picture", [HEADER, "plate,plate_vn,,1,-"], [/the picture .*plate is missing/]],
  ["a kind that is not known", [HEADER, "plate/c.jpg,plate_la,,1,-"], [/line 2: kind is one of .*, not "plate_la"/]],
  ["a path out of the folder", [HEADER, "../c.jpg,plate_vn,,1,-"], [/line 2: "\.\.\/c\.jpg" is not a path inside/]],
  ["an absolute path", [HEADER, "/c.jpg,plate_vn,,1,-"], [/line 2: .* is not a path inside/]],
  ["a truth that is not in normal form", [HEADER, "plate/c.jpg,plate_vn,29g-1690.97,1,-"], [/line 2: "29g-1690\.97"/]],
  ["a short row", [HEADER, "plate/c.jpg,plate_vn"], [/line 2: 2 fields, the first line names 5/]],
  ["quotes", [HEADER, 'plate/c.jpg,plate_vn,,1,"a, b"'], [/line 2: quoted fields/]],
  ["everything at once", [HEADER, "plate/x.jpg,plate_vn,,1,-", "?,?,?"], [/line 3/, /x\.jpg is missing/]],
];

for (const [name, lines, messages] of BROKEN) {
  test(`refuses ${name}`, async (context) => {
    const directory = await folder(context, lines);
    await assert.rejects(loadPhotos(directory), (error) => {
      assert.ok(isLaneError(error, "CONFIG_INVALID"));
      for (const message of messages) assert.match(error.message, message);
      return true;
    });
  });
}

test("refuses a folder without labels, and one without plates", async (context) => {
  const directory = await folder(context, [HEADER, ROWS[0] ?? ""]);
  await assert.rejects(loadPhotoTrucks(directory, 1, 1), /at least one container and one plate, has 1 and 0/);
  await rm(join(directory, "labels.csv"));
  await assert.rejects(loadPhotos(directory), /labels\.csv: is missing; .* columns file,kind,truth/);
});

test("a folder in disorder does not fill the screen", async (context) => {
  const rows = Array.from({ length: 500 }, (_, index) => `plate/${index}.png,plate_vn,,1,-`);
  await assert.rejects(loadPhotos(await folder(context, [HEADER, ...rows])), /and 480 more/);
});
