import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { Ajv } from "ajv";
import { v7 as uuid } from "uuid";
import type { Broker } from "#bench/operations/broker";
import type { LaneSnapshot, ToControl } from "#contract/messages";
import { laneTopics } from "#contract/upstream";
import { EvidenceStore } from "#store/evidence";
import { sha256 } from "#store/hash";
import { JournalReader } from "#store/journal-reader";
import { type HealthMessage, HealthMessageSchema, SnapshotMessageSchema } from "#sync/lane-messages";
import { UpstreamLink, type UpstreamLinkOptions } from "#sync/upstream-link";
import { commit, draft, openStore } from "../store/support.ts";
import { clock, KEYS, LANE, SITE, signedText, silent, startedBroker, until } from "./support.ts";

const TOPICS = laneTopics(SITE, LANE);
const ajv = new Ajv({ strict: true });

/** What a broker was given, topic and bytes, in order. */
function recorded(broker: Broker): { topic: string; payload: Buffer }[] {
  const seen: { topic: string; payload: Buffer }[] = [];
  broker.aedes?.on("publish", ({ topic, payload }) => {
    if (topic.startsWith("gate/")) seen.push({ topic, payload: Buffer.from(payload) });
  });
  return seen;
}

/** A lane with pictures, without devices. */
class PictureLane {
  readonly messages: ToControl[] = [];
  readonly path: string;
  readonly evidence: EvidenceStore;
  readonly #store: ReturnType<typeof openStore>["store"];
  readonly #links: UpstreamLink[] = [];
  #ready: Promise<void> | undefined;

  constructor(t: TestContext) {
    const folder = mkdtempSync(join(tmpdir(), "gatelane-link-"));
    this.path = join(folder, "lane.db");
    this.evidence = new EvidenceStore({ directory: join(dirname(this.path), "evidence") });
    this.#store = openStore(this.path, uuid()).store;
    // In this order: a link that still runs writes into the folder.
    t.after(async () => {
      for (const link of this.#links) await link.stop();
      this.#store.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** A link over this lane's files; each has its own life. */
  link(url: string, options: Partial<UpstreamLinkOptions> = {}): UpstreamLink {
    const link = new UpstreamLink({
      url,
      clientId: `lane-${SITE}-${LANE}`,
      site: SITE,
      lane: LANE,
      boot: "boot",
      trust: [KEYS],
      openJournal: () => JournalReader.open(this.path),
      dataDir: dirname(this.path),
      readEvidence: (hash) => this.evidence.read(hash),
      clock,
      log: silent,
      status: () => ({ software: "0.1.0", configHash: "c", policyHash: "p", modelHash: null }),
      onMessage: (message) => this.messages.push(message),
      reconnectMinMs: 20,
      reconnectMaxMs: 100,
      evidenceBytesPerSecond: 100_000_000,
      ...options,
    });
    this.#links.push(link);
    return link;
  }

  async picture(passage: string, bytes: Uint8Array): Promise<string> {
    this.#ready ??= this.evidence.start();
    await this.#ready;
    const evidence = await this.evidence.store(bytes, 1_760_000_000_000);
    commit(this.#store, { drafts: [draft({ event: { evidence } }, "read.image", passage)] });
    return evidence.sha256;
  }

  decided(passage: string, verdict: string): void {
    commit(this.#store, { drafts: [draft({ verdict }, "decision.made", passage)] });
  }

  rejections(): { source: string; code: string; detail: string }[] {
    return this.messages.flatMap((message) => (message.type === "rejected" ? [message] : []));
  }
}

const jpeg = (n: number, size = 3_000) => Buffer.alloc(size, n);
const isPicture = ({ topic }: { topic: string }) => topic.includes("/evidence/");

test("pictures go upstream after the entries, those of held vehicles first, and their bytes have their name", async (t) => {
  const lane = new PictureLane(t);
  const passed = await lane.picture("passed", jpeg(1));
  const held = await lane.picture("held", jpeg(2));
  lane.decided("passed", "PASS");
  lane.decided("held", "HOLD");
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  lane.link(broker.url).start();
  await until(() => seen.filter(isPicture).length === 2, "both pictures");
  const topics = seen.map(({ topic }) => topic).filter((topic) => /evidence|event/.test(topic));
  assert.deepEqual(topics, [
    TOPICS.event("read/image"),
    TOPICS.event("read/image"),
    TOPICS.event("decision/made"),
    TOPICS.event("decision/made"),
    TOPICS.evidence(held),
    TOPICS.evidence(passed),
  ]);
  for (const { topic, payload } of seen.filter(isPicture)) assert.equal(topic, TOPICS.evidence(sha256(payload)));
});

test("what was sent before a restart is not sent again, the rest is; asked for again, it is", async (t) => {
  const lane = new PictureLane(t);
  for (let n = 1; n <= 4; n++) await lane.picture("p", jpeg(n));
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  // So slow that the first picture is followed by a long rest.
  const first = lane.link(broker.url, { evidenceBytesPerSecond: 300 });
  first.start();
  await until(() => seen.filter(isPicture).length === 1, "the first picture");
  // A stop before the broker has answered would send it again.
  const position = join(dirname(lane.path), "evidence-upload.json");
  await until(() => existsSync(position), "the lane knows that it is sent");
  await first.stop();
  const sent = seen.filter(isPicture).length;
  const second = lane.link(broker.url);
  second.start();
  await until(() => seen.filter(isPicture).length >= 4, "the others");
  assert.deepEqual(
    seen.filter(isPicture).map(({ payload }) => payload[0]),
    [1, 2, 3, 4],
  );
  assert.equal(sent, 1);
  const request = { site: SITE, lane: LANE, from: 2, to: 3, at: "2026-01-05T10:00:00Z" };
  broker.aedes?.publish(
    {
      cmd: "publish",
      topic: TOPICS.replay,
      payload: Buffer.from(signedText(JSON.stringify(request))),
      qos: 1,
      retain: false,
      dup: false,
    },
    () => undefined,
  );
  await until(() => seen.filter(isPicture).length === 6, "two again");
  assert.deepEqual(
    seen
      .filter(isPicture)
      .slice(4)
      .map(({ payload }) => payload[0]),
    [2, 3],
  );
});

test("T21: a picture that is gone or altered is reported and not sent, and the others are", async (t) => {
  const lane = new PictureLane(t);
  const gone = await lane.picture("p", jpeg(1));
  const altered = await lane.picture("p", jpeg(2));
  const good = await lane.picture("p", jpeg(3));
  rmSync(lane.evidence.pathOf(gone));
  writeFileSync(lane.evidence.pathOf(altered), jpeg(9));
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  const link = lane.link(broker.url);
  link.start();
  await until(() => seen.some(isPicture), "the good one");
  assert.deepEqual(
    seen.filter(isPicture).map(({ topic }) => topic),
    [TOPICS.evidence(good)],
  );
  assert.deepEqual(
    lane.rejections().map(({ source, code, detail }) => [source, code, detail]),
    [
      ["evidence", "EVIDENCE_MISSING", `picture ${gone} of entry 1: its file is gone`],
      ["evidence", "EVIDENCE_MISSING", `picture ${altered} of entry 2: its file was altered`],
    ],
  );
  // A stop before the broker has answered would send and report them again.
  const position = join(dirname(lane.path), "evidence-upload.json");
  await until(() => existsSync(position) && /"seq":3\b/.test(readFileSync(position, "utf8")), "all three are settled");
  await link.stop();
  lane.messages.length = 0;
  const again = lane.link(broker.url);
  again.start();
  const later = await lane.picture("p", jpeg(4));
  again.headAdvanced(4);
  await until(() => seen.some(({ topic }) => topic === TOPICS.evidence(later)), "a later one");
  assert.deepEqual(lane.rejections(), [], "reported once");
});

/** A way to the broker that breaks whenever much is sent at once. */
async function narrow(t: TestContext, broker: Broker, limit: number): Promise<{ url: string; breaks: number }> {
  const way = { url: "", breaks: 0 };
  const server: Server = createServer((socket) => {
    const peer = connect(broker.port, "127.0.0.1");
    let bytes = 0;
    socket.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes <= limit) return void peer.write(chunk);
      way.breaks += 1;
      socket.destroy();
    });
    peer.on("data", (chunk) => socket.write(chunk));
    for (const [one, other] of [
      [socket, peer],
      [peer, socket],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  way.url = `mqtt://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return way;
}

test("a picture that breaks its connection is put aside; entries and other pictures go on", async (t) => {
  const lane = new PictureLane(t);
  await lane.picture("p", jpeg(1, 400_000));
  const small = await lane.picture("p", jpeg(2));
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  const way = await narrow(t, broker, 100_000);
  lane.link(way.url).start();
  await until(() => seen.some(isPicture), "the small picture");
  assert.deepEqual(
    seen.filter(isPicture).map(({ topic }) => topic),
    [TOPICS.evidence(small)],
  );
  assert.equal(way.breaks, 1);
  const links = lane.messages.filter(({ type }) => type === "link");
  assert.equal(links.length, 1, "the link for entries stood all the time");
});

const SNAPSHOT: LaneSnapshot = {
  site: SITE,
  lane: LANE,
  boot: "boot",
  startedAt: "2026-01-05T10:00:00.000Z",
  software: "0.1.0",
  configHash: "c",
  policyHash: "p",
  mode: "auto",
  link: { up: true, detail: "connected" },
  boom: "closed",
  occupancy: ["arrival"],
  passages: [{ passage: "p", phase: "hold", openedAt: "2026-01-05T10:00:00.000Z" }],
  devices: [
    { id: "gate", class: "gate", state: "up" },
    { id: "front", class: "camera", state: "down", fault: { code: "OFFLINE", detail: "no answer" } },
  ],
  journal: { seq: 2, hash: "h", acked: 0 },
  clearances: { version: 0, records: 0, receivedAt: null },
  rejected: 0,
};

test("health says what is wrong: devices, how far behind, disk, clock, memory, pictures", async (t) => {
  const lane = new PictureLane(t);
  rmSync(lane.evidence.pathOf(await lane.picture("p", jpeg(1))));
  await lane.picture("p", jpeg(2));
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  const healths = () =>
    seen.flatMap(({ topic, payload }) =>
      topic === TOPICS.health ? [JSON.parse(payload.toString()) as HealthMessage] : [],
    );
  let step = 0;
  const link = lane.link(broker.url, {
    healthEveryMs: 20,
    clock: { monotonic: clock.monotonic, utc: () => Date.now() + step },
  });
  link.publishSnapshot(SNAPSHOT);
  link.start();
  await until(() => healths().some(({ evidence }) => evidence.lost === 1 && evidence.sent === 1), "pictures are done");
  step = -3_600_000;
  await until(() => (healths().at(-1)?.clock.steppedMs ?? 0) < -3_599_000, "the clock step shows");
  const last = healths().at(-1);
  assert.ok(last);
  const fits = ajv.compile(HealthMessageSchema);
  assert.ok(fits(last), JSON.stringify(fits.errors));
  assert.deepEqual(last.devices, SNAPSHOT.devices);
  assert.deepEqual(last.queue, { head: 2, acked: 0, unsent: 0 });
  assert.ok(last.disk !== null && last.disk.freeBytes > 0 && last.disk.totalBytes > last.disk.freeBytes);
});

test("an unchanged snapshot is sent once, a changed one again; it fits its schema", async (t) => {
  const lane = new PictureLane(t);
  const broker = await startedBroker(t);
  const seen = recorded(broker);
  const snapshots = () => seen.filter(({ topic }) => topic === TOPICS.snapshot);
  let now = 0;
  const link = lane.link(broker.url, { clock: { monotonic: () => now, utc: () => Date.now() } });
  link.start();
  link.publishSnapshot(SNAPSHOT);
  await until(() => snapshots().length === 1, "the first");
  for (let n = 0; n < 10; n++) link.publishSnapshot({ ...SNAPSHOT });
  link.publishSnapshot({ ...SNAPSHOT, mode: "manual" });
  await until(() => snapshots().length === 2, "the changed one");
  now += 60_000;
  link.publishSnapshot({ ...SNAPSHOT, mode: "manual" });
  await until(() => snapshots().length === 3, "the same again after a minute");
  const fits = ajv.compile(SnapshotMessageSchema);
  for (const { payload } of snapshots()) assert.ok(fits(JSON.parse(payload.toString())), JSON.stringify(fits.errors));
});
