import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import mqtt, { type MqttClient } from "mqtt";
import { parse, stringify } from "yaml";
import { LANE, SITE } from "#bench/demo/lane-files";
import { generateKeys, type KeyPair } from "#bench/operations/keys";
import type { OutcomeMessage } from "#contract/command";
import type { LaneSnapshot } from "#contract/messages";
import type { OrderRole, Wish } from "#contract/order";
import { isoUtc } from "#contract/units";
import { laneTopics } from "#contract/upstream";
import { newCommand, signCommand } from "#sync/orders/write-command";
import { BenchLane } from "./bench-lane.ts";
import { entryOf, memberOf, textOf } from "./journal.ts";
import { lanectl, lanectlJson } from "./lanectl.ts";

const topics = laneTopics(SITE, LANE);
const officer = generateKeys("officer-17");
const supervisor = generateKeys("supervisor-2");
const centre = generateKeys("operations-desk");

let lane: BenchLane;
let operations: MqttClient;
const outcomes: OutcomeMessage[] = [];
let folder = "";

/** Writes a person's key pair beside the lane file; the entry of the lane file for it. */
function keyEntry({ kid, publicKeyPem, privateKeyPem }: KeyPair, subject: string, ...roles: OrderRole[]) {
  writeFileSync(join(folder, `${kid}.pem`), publicKeyPem);
  writeFileSync(join(folder, `${kid}.key`), privateKeyPem, { mode: 0o600 });
  return { kid, subject, roles, publicKeyFile: `./${kid}.pem` };
}

before(async () => {
  lane = await BenchLane.open([]);
  folder = dirname(lane.files.config);
  const keys = [
    keyEntry(officer, "HQ-0017", "officer"),
    keyEntry(supervisor, "HQ-0002", "supervisor"),
    keyEntry(centre, "console-1", "operations", "supervisor"),
  ];
  const config = parse(readFileSync(lane.files.config, "utf8"));
  writeFileSync(lane.files.config, stringify({ ...config, orders: { keys } }));
  operations = await mqtt.connectAsync(lane.broker.url);
  operations.on("message", (_topic, payload) => outcomes.push(JSON.parse(payload.toString())));
  await operations.subscribeAsync(topics.outcome("+"), { qos: 1 });
  await lane.startDaemon();
  await lane.statusWhen("the lane is ready", ({ mode, link }) => mode === "auto" && link.up);
});

after(async () => {
  await operations?.endAsync(true);
  await lane?.close();
});

const keyOf = ({ kid }: KeyPair) => `${kid}=${join(folder, `${kid}.key`)}`;
const give = (...args: string[]) => lanectl(lane.files.socket, ...args, "--key", keyOf(officer));
const send = (payload: string, wish: string) =>
  operations.publishAsync(topics.command.replace("+", wish), payload, { qos: 1 });
const command = (wish: Wish, role: OrderRole = "supervisor", reason = "shift change") =>
  newCommand({ site: SITE, lane: LANE, role, reason, wish }, Date.now());

async function outcomeOf(id: string, count = 1): Promise<OutcomeMessage | undefined> {
  await lane.when(`outcome ${count} of ${id}`, () => outcomes.filter((one) => one.id === id).length >= count);
  return outcomes.filter((one) => one.id === id).at(-1);
}

test("at the lane: the boom opens on the order of two persons, in two steps, and its outcome is read back", async () => {
  const sign = ["--reason", "fire brigade", "--second", keyOf(supervisor)];
  const step = async (verb: string) => {
    const { code, stdout } = await give(verb, ...sign, "--json");
    assert.equal(code, 3, stdout);
    return (JSON.parse(stdout) as { word: string }).word;
  };
  const alone = await give("open", "--reason", "for a friend", "--yes", await step("open"));
  assert.deepEqual([alone.code, /SECOND_PERSON/.test(alone.stdout)], [1, true], alone.stdout);
  assert.deepEqual(lane.hardware.boom, { raised: 0, lowered: 0 });
  const opened = await give("open", ...sign, "--yes", await step("open"));
  assert.deepEqual([opened.code, opened.stdout], [0, "done: the boom reports open\n"]);
  const closed = await give("close", ...sign, "--yes", await step("close"));
  assert.deepEqual([closed.code, closed.stdout], [0, "done: the boom reports closed\n"]);
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
  const orders = lane.entries.filter((entry) => textOf(entry, "event", "order", "wish", "name") === "open");
  const last = orders.at(-1);
  assert.equal(textOf(last, "event", "order", "by", "subject"), "HQ-0017");
  assert.equal(textOf(last, "event", "order", "secondBy", "subject"), "HQ-0002");
  assert.equal(textOf(last, "event", "order", "proof", "channel"), "lane");
  assert.equal(typeof memberOf(last, "event", "order", "proof", "signed", "signature"), "string");
});

test("from operations: a signed command is carried out once, answered, and not again after a restart", async () => {
  const wanted = command({ name: "mode", mode: "maintenance" });
  const signed = await signCommand(wanted, centre);
  await send(signed, "mode");
  assert.equal((await outcomeOf(wanted.id))?.state, "done");
  await lane.statusWhen("maintenance", ({ mode }) => mode.startsWith("maintenance"));
  const back = command({ name: "mode", mode: "auto" });
  await send(await signCommand(back, centre), "mode");
  assert.equal((await outcomeOf(back.id))?.state, "done");
  await lane.stopDaemon();
  await lane.startDaemon();
  await lane.statusWhen("the lane is ready", ({ mode, link }) => mode === "auto" && link.up);
  await lane.when("its deadline is over", () => Date.now() > Date.parse(wanted.deadline));
  await send(signed, "mode");
  assert.equal((await outcomeOf(wanted.id, 2))?.state, "done", "what became of it then");
  await lane.when("T6: the replay is reported", () =>
    lane.entries.some((entry) => entryOf("security.rejected")(entry) && textOf(entry, "code") === "ORDER_REPLAYED"),
  );
  assert.equal((await lane.status()).mode, "auto");
});

test("B20, T5: bad commands are refused, journaled and counted in lanectl status; nothing moves", async () => {
  const refused = (after = 0) => lane.reader.range(after + 1, 10_000).filter(entryOf("security.rejected"));
  const { boot } = await lane.status();
  const from = lane.reader.head().seq;
  const now = Date.now();
  const open: Wish = { name: "open" };
  const late = { issuedAt: isoUtc(now - 20_000), deadline: isoUtc(now - 12_000) };
  const bad: readonly (readonly [string, string, string])[] = [
    ["expired", await signCommand({ ...command(open), ...late }, centre), "ORDER_EXPIRED"],
    ["another lane", await signCommand({ ...command(open), lane: "lane-9" }, centre), "MESSAGE_REFUSED"],
    ["a role not given", await signCommand(command(open, "technician"), centre), "ORDER_ROLE"],
    ["a stranger's key", await signCommand(command(open), generateKeys(centre.kid)), "MESSAGE_UNSIGNED"],
    ["operations' key for clearances", await signCommand(command(open), lane.keys), "MESSAGE_UNSIGNED"],
    ["no schema", await signCommand({ ...command(open), reason: "" }, centre), "MESSAGE_SCHEMA"],
    ["no JSON", "open sesame", "MESSAGE_NOT_JSON"],
    ["ten megabytes", "9".repeat(10 * 1024 * 1024), "MESSAGE_TOO_LARGE"],
  ];
  for (const [, payload] of bad) await send(payload, "open");
  await lane.when("all are journaled", () => refused(from).length >= bad.length);
  const rows = refused(from);
  const counted = refused().filter((entry) => entry.boot === boot).length;
  await lane.statusWhen("all are counted", ({ rejected }) => rejected === counted);
  assert.deepEqual(
    rows.map((entry) => [textOf(entry, "source"), textOf(entry, "code")]),
    bad.map(([, , code]) => ["command", code]),
  );
  const shown = (await lanectlJson(lane.files.socket, "status")) as LaneSnapshot;
  assert.equal(shown.rejected, counted);
  assert.deepEqual(lane.hardware.boom, { raised: 1, lowered: 1 });
  await lane.expectUpstreamComplete();
});
