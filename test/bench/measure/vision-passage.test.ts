import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import sharp from "sharp";
import { measurePassages } from "#bench/measure/vision-passage";
import { loadVisionPhotos } from "#bench/measure/vision-photos";
import { LaneError } from "#contract/errors";
import type { Recognition, RecognitionTask } from "#contract/reading";

const folder = mkdtempSync(join(tmpdir(), "gatelane-passage-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a passage is four pictures at once, plates and containers, and ends with the last answer", async () => {
  const rows = [];
  for (const [index, kind] of ["plate_vn", "plate_cn", "plate_cn", "container", "container"].entries()) {
    const jpeg = await sharp({ create: { width: 32, height: 32, channels: 3, background: "#556" } })
      .jpeg()
      .toBuffer();
    writeFileSync(join(folder, `${index}.jpg`), jpeg);
    rows.push(`${index}.jpg,${kind},`);
  }
  writeFileSync(join(folder, "labels.csv"), `file,kind,truth\n${rows.join("\n")}\n`);
  const waiting: (() => void)[] = [];
  const passages: RecognitionTask[][] = [];
  let tasks: RecognitionTask[] = [];
  // Answers nobody before all four have asked: one picture after the other would wait for ever.
  const read = ({ task }: { readonly task: RecognitionTask }): Promise<Recognition> =>
    new Promise((_, reject) => {
      tasks.push(task);
      waiting.push(() => reject(new LaneError("IMAGE_INVALID", "refused")));
      if (waiting.length < 4) return;
      passages.push(tasks);
      tasks = [];
      for (const answer of waiting.splice(0)) answer();
    });
  const figures = await measurePassages({ read }, await loadVisionPhotos(folder, undefined), folder, 3);
  assert.deepEqual([figures.passages, figures.cameras], [3, 4]);
  assert.ok(figures.p50 !== null && figures.p99 !== null && figures.p50 <= figures.p99);
  assert.deepEqual(passages, Array(3).fill(["plate", "plate", "container", "container"]));
});

test("without pictures there is no passage", async () => {
  const read = () => assert.fail("nothing to read");
  assert.deepEqual(await measurePassages({ read }, [], folder), { passages: 0, cameras: 4, p50: null, p99: null });
});
