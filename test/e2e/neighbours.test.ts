import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { parse, stringify } from "yaml";
import { LANE } from "#bench/demo/lane-files";
import type { VehiclePictures } from "#bench/hardware/pictures";
import type { JournalEntry } from "#contract/journal";
import { loadOrCreateLaneKey } from "#store/lane-key";
import { BusLane } from "../sync/lan-bus/support.ts";
import { BenchLane } from "./bench-lane.ts";
import { decisionIn, entryOf, memberOf, textOf } from "./journal.ts";
import { announcedTruck, picturesOf } from "./trucks.ts";

const NEIGHBOUR = "lane-2";
const first = announcedTruck(1);
const second = announcedTruck(2);
/** Held until an authority releases it, so that it stands in the lane while its clearance is used elsewhere. */
const held = { ...second, clearance: { ...second.clearance, authorities: {} } };

let lane: BenchLane;
let neighbour: BusLane;
const pictures: VehiclePictures[] = [];
const ends: unknown[] = [];

/** A port that is free now; two daemons that name each other in their files cannot both let the system choose. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

before(async () => {
  pictures.push(await picturesOf(first), await picturesOf(second));
  lane = await BenchLane.open([first.clearance, held.clearance]);
  const port = await freePort();
  const dataDir = join(dirname(lane.files.config), "data");
  mkdirSync(dataDir, { recursive: true });
  neighbour = new BusLane({ after: (end) => void ends.push(end) }, NEIGHBOUR);
  const key = loadOrCreateLaneKey(dataDir);
  await neighbour.start([{ name: LANE, url: `mqtt://127.0.0.1:${port}`, key }]);
  const keyFile = join(dirname(lane.files.config), "lane-2.pem");
  writeFileSync(keyFile, neighbour.key.publicKeyPem);
  const config = parse(readFileSync(lane.files.config, "utf8"));
  const other = { lane: NEIGHBOUR, url: neighbour.url, publicKeyFile: "./lane-2.pem" };
  writeFileSync(lane.files.config, stringify({ ...config, lanBus: { port, neighbours: [other] } }));
  await lane.startDaemon();
  await lane.ready();
  await lane.statusWhen("the neighbour is heard", ({ neighbours }) => neighbours?.heard === 1);
});

after(async () => {
  await lane?.close();
  for (const end of ends) if (typeof end === "function") await end();
});

const conflicts = () => lane.entries.filter(entryOf("clearance.conflict"));
const seqOf = (entry: JournalEntry | undefined) => ({ seq: entry?.seq, hash: entry?.hash });

test("a passage is told to the neighbour as it is reserved and consumed, with its place in the chain", async () => {
  lane.admit(first, pictures[0] as VehiclePictures);
  const consumed = await lane.entry("consumed", entryOf("clearance.consumed"));
  await lane.when("the neighbour knows", () => neighbour.heard.some(([, , use]) => use === "consumed"));
  const reserved = lane.entries.find(entryOf("clearance.reserved"));
  const told = neighbour.news.flatMap(({ uses }) => uses.map(({ seq, hash, use }) => ({ use, seq, hash })));
  assert.deepEqual(told, [
    { use: "reserved", ...seqOf(reserved) },
    { use: "consumed", ...seqOf(consumed) },
  ]);
  await lane.statusWhen("the lane is free", ({ passages }) => passages.length === 0);
});

test("F55: what the neighbour has consumed is refused, also for a vehicle that stands in the lane already", async (t) => {
  lane.admit(held, pictures[1] as VehiclePictures);
  const waiting = await lane.entry("the vehicle is held", (entry) => {
    return entryOf("decision.made")(entry) && decisionIn(entry).reason === "AUTHORITY";
  });
  neighbour.use(held.clearance.id, "consumed", "P000042");
  const spentAt = Date.now();
  const blocked = await lane.entry("blocked", entryOf("decision.made", waiting.passage), waiting.seq);
  const { verdict, reason, rules } = decisionIn(blocked);
  assert.deepEqual([verdict, reason], ["BLOCK", "DUPLICATE"]);
  assert.match(rules.find(({ id }) => id === "V4")?.detail ?? "", /consumed by passage lane-2\/P000042/);
  t.diagnostic(`from consumption in one lane to refusal in the other: ${(blocked.utc - spentAt).toFixed(1)} ms`);
  assert.deepEqual(conflicts(), []);
});

test("F55: a clearance that two lanes have consumed is reported with both passages, once", async () => {
  const own = lane.entries.find(entryOf("clearance.consumed"));
  neighbour.use(first.clearance.id, "consumed", "P000043");
  const conflict = await lane.entry("the conflict", entryOf("clearance.conflict"));
  assert.equal(textOf(conflict, "clearance"), first.clearance.id);
  assert.deepEqual(memberOf(conflict, "own"), { lane: LANE, passage: own?.passage });
  assert.deepEqual([textOf(conflict, "other", "lane"), textOf(conflict, "other", "passage")], [NEIGHBOUR, "P000043"]);
  await lane.stopDaemon();
  await lane.startDaemon();
  await lane.statusWhen("the neighbour is heard again", ({ neighbours }) => neighbours?.heard === 1);
  neighbour.use("CL-other", "consumed");
  await lane.expectUpstreamComplete();
  assert.equal(conflicts().length, 1);
  assert.equal(lane.operations.entries(LANE).filter(({ type }) => type === "clearance.conflict").length, 1);
});
