import assert from "node:assert/strict";
import { test } from "node:test";
import { PeerRun } from "#bench/measure/vision-peer";
import type { VisionPhoto } from "#bench/measure/vision-photos";

function photo(kind: VisionPhoto["kind"], ...truths: string[]): VisionPhoto {
  return { path: "a.jpg", file: "a.jpg", kind, truths, layout: "1", half: "other" };
}

async function counted(text: string, picture: VisionPhoto, knowsHan: boolean): Promise<number | undefined> {
  const run = new PeerRun({ read: async () => text, stop: async () => {} }, { version: "1", knowsHan });
  await run.read(picture, "a.jpg");
  await run.stop();
  return run.figures().byKind[picture.kind]?.count;
}

test("a label counts when it stands in one piece, whatever separates its characters and stands around it", async () => {
  assert.equal(await counted("HONDA\n29h - 123.45 x", photo("plate_vn", "29H12345"), false), 1);
  assert.equal(
    await counted("MSKU 413532 9 / TGBU708333 7", photo("container", "MSKU4135329", "TGBU7083337"), true),
    2,
  );
  assert.equal(await counted("29H-123.4", photo("plate_vn", "29H12345"), true), 0);
});

test("only a peer that knows Chinese is asked for the province", async () => {
  assert.equal(await counted("A31Y83", photo("plate_cn", "湘A31Y83"), false), 1);
  assert.equal(await counted("A31Y83", photo("plate_cn", "湘A31Y83"), true), 0);
  assert.equal(await counted("湘A·31Y83", photo("plate_cn", "湘A31Y83"), true), 1);
});
