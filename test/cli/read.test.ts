import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import sharp from "sharp";
import type { PictureReport } from "../../src/cli/commands/read.ts";
import { temporaryFolder, write } from "../config/lane-folder.ts";
import { lanectl, lanectlProcess } from "./lanectl.ts";

const folder = temporaryFolder();
const picture = join(folder, "side.jpg");
const NUMBER = "MSKU4135329";

/** A number on a dark wall, drawn with the outlines of the bench. */
before(async () => {
  const { textOutline } = await import("#bench/scene/glyphs");
  const { outline } = textOutline(NUMBER, { x: 60, y: 160, height: 60, spacing: 0.12 });
  const data = outline.map((command) => {
    if (command.type === "Z") return "Z";
    if (command.type === "Q") return `Q${command.x1} ${command.y1} ${command.x} ${command.y}`;
    if (command.type === "C")
      return `C${command.x1} ${command.y1} ${command.x2} ${command.y2} ${command.x} ${command.y}`;
    return `${command.type}${command.x} ${command.y}`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="400"><rect width="900" height="400" fill="#224"/><path d="${data.join("")}" fill="#fff"/></svg>`;
  await sharp(Buffer.from(svg)).jpeg({ quality: 92 }).toFile(picture);
});

test("a number is read, shown, and drawn into a copy", async () => {
  const copy = join(folder, "seen.jpg");
  const { code, stdout, stderr } = await lanectl(["read", picture, "--annotate", copy, "--json"]);
  assert.equal(code, 0, stderr);
  const report: PictureReport = JSON.parse(stdout);
  assert.deepEqual(
    report.tasks.map(({ task }) => task),
    ["container", "plate"],
  );
  const [best] = report.readings;
  assert.equal(best?.text, NUMBER);
  assert.equal(best?.kind === "container" && best.check, "verified");
  assert.deepEqual(report.annotated, { file: copy, labels: true });
  assert.match(report.modelHash, /^[0-9a-f]{64}$/);
  const green = await greenPixels(copy);
  assert.ok(green > 500, `${green} pixels have the colour of the boxes and texts`);
  assert.equal(await greenPixels(picture), 0, "the original has the colour already");

  const again = await lanectl(["read", picture, "--annotate", copy]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /seen\.jpg exists already/);
});

test("people see the number, how sure it is and how long it took", async () => {
  const { code, stdout } = await lanectl(["read", picture, "--task", "container"]);
  assert.equal(code, 0);
  assert.match(stdout, /side\.jpg: 900 x 400 pixels, container \d+ ms/);
  assert.match(stdout, /container {2}MSKU4135329 {2}[01]\.\d\d {2}check digit read and right/);
  assert.doesNotMatch(stdout, /plate/);
});

/** As on an installed lane, which has no packages for development. */
const WITHOUT_FONTS = `import { registerHooks } from "node:module";
registerHooks({ resolve(name, context, next) {
  if (name !== "opentype.js") return next(name, context);
  throw Object.assign(new Error("not installed"), { code: "ERR_MODULE_NOT_FOUND" });
} });`;

test("without the fonts of the bench the boxes are drawn and the missing texts are admitted", async () => {
  const copy = join(folder, "boxes.jpg");
  const hook = `--import=data:text/javascript,${encodeURIComponent(WITHOUT_FONTS)}`;
  const { code, stdout, stderr } = await lanectlProcess(["read", picture, "--task", "container", "--annotate", copy], {
    NODE_OPTIONS: hook,
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /drawn into .*boxes\.jpg \(boxes only: the fonts for the texts are not installed\)/);
  assert.ok((await greenPixels(copy)) > 500, "there is no box");
});

test("files that are no usable picture are named with the reason", async () => {
  const absent = await lanectl(["read", join(folder, "absent.jpg")]);
  assert.equal(absent.code, 2);
  assert.match(absent.stderr, /absent\.jpg cannot be read: ENOENT/);
  const text = await lanectl(["read", write(folder, "text.jpg", "hello")]);
  assert.equal(text.code, 1);
  assert.match(text.stderr, /text\.jpg: The picture is not a usable JPEG: .*does not begin like a JPEG/);
  const half = join(folder, "half.jpg");
  const bytes = readFileSync(picture);
  write(folder, "half.jpg", bytes.subarray(0, bytes.length / 2));
  const cut = await lanectl(["read", half, "--json", "--annotate", join(folder, "none.jpg")]);
  assert.equal(cut.code, 1);
  assert.equal(JSON.parse(cut.stdout).error.code, "IMAGE_INVALID");
  assert.equal(existsSync(join(folder, "none.jpg")), false);
});

/** Pixels that have the green of the container boxes and hardly anything else. */
async function greenPixels(file: string): Promise<number> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let at = 0; at < data.length; at += info.channels) {
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (green > 180 && red < 100 && blue < 160) count++;
  }
  return count;
}
