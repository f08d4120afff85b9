import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import mqtt, { type MqttClient } from "mqtt";
import { busTopics } from "#contract/neighbour";
import { certificateNameOf } from "#sync/lan-bus/bus-rights";
import { canMakeCertificates, ThrowAwayCa } from "../certificates.ts";
import { SITE, until } from "../support.ts";
import { BusLane } from "./support.ts";

const skip = canMakeCertificates ? false : "openssl is not here";

async function secured(t: TestContext) {
  const ca = new ThrowAwayCa(t, "site");
  const named = (name: string) => ({ ...ca.issue(name), ca: ca.cert });
  const tlsOf = (lane: string) => {
    const tls = named(certificateNameOf(SITE, lane));
    return () => tls;
  };
  const one = new BusLane(t, "lane-1", { tls: tlsOf("lane-1"), displays: ["booth-display"] });
  const two = new BusLane(t, "lane-2", { tls: tlsOf("lane-2") });
  await two.start([]);
  await one.start([{ name: "lane-2", url: two.url, key: two.key }]);
  const url = `mqtts://127.0.0.1:${one.bus?.port ?? 0}`;
  return { ca, named, one, two, url };
}

/** A client with this certificate, or what it was told instead. */
async function client(t: TestContext, url: string, tls: object): Promise<MqttClient | "refused"> {
  const connection = mqtt.connect(url, { ...tls, clientId: "visitor", reconnectPeriod: 0 });
  t.after(() => connection.endAsync(true));
  return await new Promise((resolve) => {
    connection.on("error", () => undefined);
    connection.once("connect", () => resolve(connection));
    connection.once("close", () => resolve("refused"));
  });
}

test("T15: with TLS only certificates of the site that name a lane or a display are let in", { skip }, async (t) => {
  const { ca, named, one, url } = await secured(t);
  const stranger = new ThrowAwayCa(t, "elsewhere");
  assert.equal(await client(t, url, { ca: ca.cert }), "refused", "no certificate");
  const forged = { ...stranger.issue(certificateNameOf(SITE, "lane-2")), ca: ca.cert };
  assert.equal(await client(t, url, forged), "refused", "of another authority");
  assert.equal(await client(t, url, named("somebody")), "refused", "of the site, and nobody who belongs here");
  assert.equal(await client(t, url, named(certificateNameOf("tan-thanh", "lane-2"))), "refused", "a lane elsewhere");
  const expired = { ...ca.issue(certificateNameOf(SITE, "lane-2"), { days: -1 }), ca: ca.cert };
  assert.equal(await client(t, url, expired), "refused", "expired");
  await until(() => one.rejected.length >= 5, "all of it is reported");
});

test("a display hears and says nothing", { skip }, async (t) => {
  const { named, one, url } = await secured(t);
  const display = await client(t, url, named("booth-display"));
  assert.ok(display !== "refused");
  const topics = busTopics(SITE, "lane-1");
  const heard: string[] = [];
  display.on("message", (topic) => heard.push(topic));
  await display.subscribeAsync(topics.all);
  one.use("CL-1", "reserved");
  await until(() => heard.length === 1, "it hears");
  const out = new Promise<void>((resolve) => display.once("close", () => resolve()));
  display.publish(topics.ask, '{"after":0}', { qos: 1 }, () => undefined);
  await out;
  assert.match(one.rejected.at(-1)?.detail ?? "", /published what it may not/);
});

test("two lanes with their certificates hear each other", { skip }, async (t) => {
  const { ca, one, two } = await secured(t);
  const tls = { ...ca.issue(certificateNameOf(SITE, "lane-2")), ca: ca.cert };
  const again = new BusLane(t, "lane-2", { tls: () => tls });
  await again.start([{ name: "lane-1", url: `mqtts://127.0.0.1:${one.bus?.port ?? 0}`, key: one.key }]);
  await until(() => again.bus?.neighbours.heard === 1, "heard");
  one.use("CL-1", "consumed");
  await until(() => again.heard.length === 1, "the use");
  assert.deepEqual(again.heard, [["lane-1", "CL-1", "consumed"]]);
  await until(() => two.rejected.length > 0, "a lane that speaks without TLS is not let in");
});
