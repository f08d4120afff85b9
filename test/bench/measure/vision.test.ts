import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import sharp from "sharp";
import { type Miss, measureVision, type VisionFigures } from "#bench/measure/vision";
import { visionReport } from "#bench/measure/vision-report";
import type { VisionSummary } from "#bench/measure/vision-summary";
import { visionText } from "#bench/measure/vision-text";
import { textOutline } from "#bench/scene/glyphs";
import { readConfusion } from "#config/confusion";
import { DEFAULT_CONFUSION } from "#lanes/fusion/confusion";

const MAIN = fileURLToPath(new URL("../../../src/bench/measure/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "gatelane-vision-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

before(async () => {
  await wall("MSKU4135329", "right.jpg");
  await wall("TGBU7083337", "odd.png");
  await sharp({ create: { width: 200, height: 150, channels: 3, background: "#556" } })
    .jpeg()
    .toFile(join(folder, "empty.jpg"));
  cpSync(join(folder, "right.jpg"), join(folder, "mislabelled.jpg"));
  writeFileSync(join(folder, "torn.jpg"), readFileSync(join(folder, "right.jpg")).subarray(0, 900));
  const rows = [
    "right.jpg,container,MSKU4135329,h",
    "odd.png,container,TGBU7083337,h",
    "empty.jpg,plate_vn,29H12345,1",
    "mislabelled.jpg,container,DFSU4382559,h<b>",
    "torn.jpg,container,MSKU4135329,h",
  ];
  writeFileSync(join(folder, "labels.csv"), `file,kind,truth,layout\n${rows.join("\n")}\n`);
});

async function wall(text: string, name: string): Promise<void> {
  const { outline } = textOutline(text, { x: 40, y: 120, height: 44, spacing: 0.12 });
  const data = outline.map((command) => {
    if (command.type === "Z") return "Z";
    const end = `${command.x} ${command.y}`;
    if (command.type === "Q") return `Q${command.x1} ${command.y1} ${end}`;
    return command.type === "C"
      ? `C${command.x1} ${command.y1} ${command.x2} ${command.y2} ${end}`
      : command.type + end;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240"><rect width="640" height="240" fill="#224"/><path d="${data.join("")}" fill="#fff"/></svg>`;
  await sharp(Buffer.from(svg)).toFile(join(folder, name));
}

test("pictures are read, counted by kind, and every miss is kept with its picture", async () => {
  const seen: number[] = [];
  const { figures, misses } = await measureVision({
    photos: folder,
    peer: false,
    keepMisses: true,
    progress: (done) => seen.push(done),
  });
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  assert.equal(figures.converted, 1);
  assert.match(figures.modelHash, /^[0-9a-f]{64}$/);
  const [container, plate] = figures.kinds;
  assert.deepEqual([container?.kind, plate?.kind], ["container", "plate_vn"]);
  const { exact, wrongAccepted, unlabelled, refused } = container?.all ?? assert.fail("no containers");
  assert.deepEqual([exact.count, exact.of, wrongAccepted.count, wrongAccepted.of], [2, 4, 1, 3]);
  assert.deepEqual([unlabelled, refused], [0, 1]);
  assert.deepEqual(Object.keys(container?.layouts ?? {}), ["h", "h<b>"]);
  assert.deepEqual([plate?.all.none, plate?.all.exact.count], [1, 0]);
  assert.deepEqual(
    misses.map(({ outcome }) => outcome.photo.file),
    ["empty.jpg", "mislabelled.jpg", "torn.jpg"],
  );
  checkPages(figures, misses);
});

function checkPages(figures: VisionFigures, misses: readonly Miss[]): void {
  const text = stripVTControlCharacters(visionText(figures, true));
  assert.match(text, /container +2\/4 50\.0 % \(15\.0 to 85\.0\)/);
  assert.match(text, /tesseract is not installed; to have it beside: apt-get install/);
  assert.doesNotMatch(visionText(figures, false), /tesseract/);
  const page = visionReport(figures, misses, false);
  assert.equal(page.match(/<img alt/g)?.length, misses.filter(({ picture }) => picture.length > 0).length);
  assert.doesNotMatch(page, /(?:src|href)="(?!data:)/, "the page needs something outside it");
  assert.doesNotMatch(page, /h<b>/, "a text from the labels became markup");
  assert.match(
    page,
    /class="danger".*mislabelled\.jpg.*DFSU4382559.*MSKU4135329.*accepted: check digit read and right/,
  );
  assert.match(page, /torn\.jpg.*The picture is not a usable JPEG/);
  assert.match(page, /empty\.jpg.*nothing was read/);
}

test("damage is measured in every strength", async () => {
  const single = join(folder, "single");
  mkdirSync(single);
  const grey = { create: { width: 96, height: 64, channels: 3, background: "#556" } } as const;
  await sharp(grey).jpeg().toFile(join(single, "tiny.jpg"));
  writeFileSync(join(single, "labels.csv"), "file,kind,truth\ntiny.jpg,plate_vn,29H12345\n");
  const { figures } = await measureVision({ photos: single, peer: false, degrade: true });
  assert.equal(figures.pictures, 1);
  assert.equal(figures.damages.length, 21);
  for (const { name, kinds } of figures.damages) {
    const pictures = Object.values(kinds).reduce((sum, one) => sum + one.pictures, 0);
    assert.equal(pictures, 1, name);
  }
  assert.equal(figures.kinds[0]?.all.pictures, 1, "damaged pictures are among the whole ones");
});

test("labels that are missing are said to be", async () => {
  await assert.rejects(measureVision({ photos: join(folder, "nowhere"), peer: false }), /labels\.csv/);
});

test("the command writes one JSON object, the page, and a table that a lane can read", async () => {
  const [page, table] = [join(folder, "misses.html"), join(folder, "confusion.json")];
  const single = join(folder, "one");
  mkdirSync(single);
  cpSync(join(folder, "empty.jpg"), join(single, "empty.jpg"));
  writeFileSync(join(single, "labels.csv"), "file,kind,truth\nempty.jpg,plate_vn,29H12345\n");
  const args = ["vision", "--photos", single, "--no-peer", "--json", "--report", page, "--write-confusion", table];
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args]);
  const [details = "", summary = "", ...rest] = stdout.trimEnd().split("\n");
  assert.deepEqual(rest, []);
  const report: { readonly bench: string } & VisionFigures = JSON.parse(details);
  assert.equal(report.bench, "vision");
  assert.equal(report.kinds[0]?.all.none, 1);
  assert.deepEqual(report.peers, { tesseract: null, stock: null });
  const short: VisionSummary = JSON.parse(summary);
  assert.deepEqual(short.kinds, { plate_vn: { n: 1, exact: 0, none: 1, wrongAccepted: 0, unlabelled: 0 } });
  assert.deepEqual(Object.keys(short), ["kinds", "latencyMs", "peakMb", "peers"]);
  assert.ok((short.latencyMs.p50 ?? 0) > 0 && (short.latencyMs.p99 ?? 0) >= (short.latencyMs.p50 ?? 0));
  assert.ok(short.peakMb === null || short.peakMb > 50);
  assert.match(readFileSync(page, "utf8"), /empty\.jpg/);
  assert.deepEqual(readConfusion(table), DEFAULT_CONFUSION, "nothing was confused, so nothing changes");
  await assert.rejects(promisify(execFile)(process.execPath, [MAIN, "vision", "--photos", join(folder, "nowhere")]), {
    code: 1,
    stderr: /^bench: .*labels\.csv/,
  });
});
