import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { VehiclePictures } from "#bench/hardware/pictures";
import type { DecisionRecord } from "#contract/decision";
import type { JournalEntry } from "#contract/journal";
import { EvidenceStore } from "#store/evidence";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entryOf, textOf } from "./journal.ts";
import { lanectl, lanectlJson } from "./lanectl.ts";
import { type AnnouncedTruck, announcedTruck, picturesOf } from "./trucks.ts";

/**
 * One announced truck three times: its weight, its clearance and its way through the lane are the same, and only the
 * pixels that the cameras see differ.
 */
const announced = announcedTruck(1);
const other = announcedTruck(2);
let lane: BenchLane;
let own: VehiclePictures;
let others: VehiclePictures;

before(async () => {
  own = await picturesOf(announced);
  others = await picturesOf(other);
  lane = await BenchLane.running([announced.clearance]);
});

after(() => lane?.close());

const named = (id: string): AnnouncedTruck => ({ ...announced, truck: { ...announced.truck, id } });

/** Sends the truck in with these pictures; a held one reverses out. */
async function passageOf(
  id: string,
  pictures: VehiclePictures,
): Promise<{ decision: DecisionRecord; closed: JournalEntry }> {
  const from = lane.reader.head().seq;
  lane.admit(named(id), pictures);
  const made = await lane.entry("the decision", entryOf("decision.made"), from);
  if (decisionIn(made).verdict !== "PASS") lane.hardware.backOut();
  const closed = await lane.entry("the passage is closed", entryOf("passage.closed", made.passage), from);
  return { decision: decisionIn(made), closed };
}

test("another container in the side picture is read and held", async () => {
  const { decision, closed } = await passageOf("wrong-box", { ...own, side: others.side });
  assert.equal(decision.input.container?.text, other.container);
  assert.equal(decision.input.plate?.text, announced.plate);
  assert.equal(decision.verdict, "HOLD");
  assert.equal(decision.reason, "NO_CLEARANCE");
  assert.equal(textOf(closed, "result"), "REFUSED");
});

test("another plate in the front picture is read and held", async () => {
  const { decision, closed } = await passageOf("wrong-tractor", { ...own, front: others.front });
  assert.equal(decision.input.container?.text, announced.container);
  assert.equal(decision.input.plate?.text, other.plate);
  assert.equal(decision.verdict, "HOLD");
  assert.equal(decision.reason, "PLATE_MISMATCH");
  assert.equal(textOf(closed, "result"), "REFUSED");
});

test("the boom was never asked to move", () => {
  assert.deepEqual(lane.hardware.boom, { raised: 0, lowered: 0 });
});

test("with its own pictures the same truck passes", async () => {
  const { decision, closed } = await passageOf("itself", own);
  assert.equal(decision.verdict, "PASS");
  assert.equal(textOf(closed, "result"), "PASSED");
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
  lane.commands.verify();
});

test("each decision names the pictures it rests on, and they are on the disk unaltered", async () => {
  const evidence = new EvidenceStore({ directory: lane.evidenceDir });
  const decisions = lane.entries.filter(entryOf("decision.made")).map(decisionIn);
  const references = decisions.flatMap(({ input }) => input.reads.map((read) => read.evidence));
  assert.ok(references.length >= 6, "three decisions, two identities each");
  for (const reference of references) {
    const bytes = readFileSync(evidence.pathOf(reference?.sha256 ?? ""));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), reference?.sha256);
    assert.equal(bytes.byteLength, reference?.bytes);
  }
});

test("an officer gets the pictures of a passage as files, the very bytes that were decided on", async () => {
  const closed = lane.entries.findLast(entryOf("passage.closed"));
  const passage = closed?.passage ?? "";
  const folder = join(lane.evidenceDir, "..", "..");
  const [bundle, pictures] = [join(folder, "bundle.json"), join(folder, "pictures")];
  await lane.entry("its checkpoint", entryOf("journal.checkpoint"), closed?.seq);
  await lanectlJson(lane.files.socket, "evidence", "export", passage, "-o", bundle);
  const check = ["evidence", "verify", bundle, "--pictures", pictures];
  const { written } = (await lanectlJson(lane.files.socket, ...check)) as { readonly written: readonly string[] };
  const decision = decisionIn(await lane.entry("the decision", entryOf("decision.made", passage)));
  const hashes = written.map((path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
  for (const { evidence } of decision.input.reads) {
    if (evidence !== undefined) assert.ok(hashes.includes(evidence.sha256));
  }
  assert.ok(["front", "side"].every((camera) => written.some((path) => path.includes(`-${camera}-`))));
  assert.equal((await lanectl(lane.files.socket, ...check)).code, 2, "nothing is written over");

  writeFileSync(bundle, readFileSync(bundle, "utf8").replace('"passage":"', '"passage":"X'));
  const altered = await lanectl(lane.files.socket, ...check.slice(0, -1), join(folder, "altered"));
  assert.equal(altered.code, 1);
  assert.equal(existsSync(join(folder, "altered")), false);
});
