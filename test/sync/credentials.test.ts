import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import type { BrokerCredentials } from "#sync/session";
import { canMakeCertificates, ThrowAwayCa } from "./certificates.ts";
import { BareLane, startedBroker, until } from "./support.ts";

const tls = { skip: canMakeCertificates ? false : "openssl is needed to make certificates" };

test("a broker with a login lets in the lane that has it, and tells the other why not", async (t) => {
  const broker = await startedBroker(t, { login: { username: "lane-1", password: "correct horse" } });
  let password = "wrong";
  const lane = new BareLane(t, broker.url, { credentials: () => ({ username: "lane-1", password }) });
  lane.uplink.start();
  await until(() => lane.of("link").length > 0, "the refusal is told");
  assert.equal(lane.of("link")[0]?.up, false);
  assert.match(lane.of("link")[0]?.detail ?? "", /Not authorized|Bad username/);
  assert.doesNotMatch(JSON.stringify(lane.messages), /wrong/, "the password is nowhere");
  password = "correct horse";
  await until(() => lane.of("link").at(-1)?.up === true, "connected with the password that was put right meanwhile");
});

test("credentials that cannot be read keep the lane offline, and say so", async (t) => {
  const broker = await startedBroker(t);
  let readable = false;
  const lane = new BareLane(t, broker.url, {
    credentials: () => {
      if (!readable) throw new Error("the key file is not there");
      return {};
    },
  });
  lane.uplink.start();
  await until(() => lane.of("link").length > 0, "the reason is told");
  assert.deepEqual(lane.of("link")[0], { type: "link", up: false, detail: "the key file is not there" });
  readable = true;
  await until(() => lane.of("link").at(-1)?.up === true, "connected once the file is there");
});

test("while the link is down, another reason is told once a minute at most", async (t) => {
  let now = 1_000;
  let reason = "first";
  let attempts = 0;
  const broker = await startedBroker(t);
  const lane = new BareLane(t, broker.url, {
    clock: { monotonic: () => now, utc: () => Date.now() },
    credentials: () => {
      attempts += 1;
      throw new Error(reason);
    },
  });
  const details = () => lane.of("link").map(({ detail }) => detail);
  lane.uplink.start();
  await until(() => attempts >= 3, "tried several times");
  reason = "second";
  await until(() => attempts >= 6, "tried again for the other reason");
  assert.deepEqual(details(), ["first"]);
  now += 60_000;
  reason = "third";
  await until(() => details().length === 2, "the new reason is told");
  assert.deepEqual(details(), ["first", "third"]);
});

test("F23: certificates that fit both sides carry the lane", tls, async (t) => {
  const ca = new ThrowAwayCa(t, "site");
  const broker = await startedBroker(t, { tls: { ...ca.issue("broker"), clientCa: ca.cert } });
  const lane = new BareLane(t, broker.url, { credentials: () => ({ ca: ca.cert, ...ca.issue("lane-1") }) });
  lane.uplink.start();
  await until(() => lane.of("link").length > 0, "the link is told");
  assert.equal(lane.of("link")[0]?.up, true, lane.of("link")[0]?.detail);
});

test("F23: with a wrong certificate on either side the lane stays offline and says why", tls, async (t) => {
  const [ca, stranger] = [new ThrowAwayCa(t, "site"), new ThrowAwayCa(t, "stranger")];
  const [broker, lane] = [ca.issue("broker"), ca.issue("lane-1")];
  const clientCa = ca.cert;
  const good: BrokerCredentials = { ca: ca.cert, ...lane };
  const cases = [
    ["expired, theirs", { ...ca.issue("broker", { days: -1 }), clientCa }, good, /certificate has expired/],
    ["of another host", { ...ca.issue("broker", { address: "DNS:other" }), clientCa }, good, /does not match/],
    ["of an unknown authority, theirs", { ...stranger.issue("broker"), clientCa }, good, /unable to verify|issuer/],
    ["no authority given", { ...broker, clientCa }, { ...lane }, /unable to verify|self-signed|issuer/],
    ["expired, ours", { ...broker, clientCa }, { ca: ca.cert, ...ca.issue("l", { days: -1 }) }, /certificate|closed/],
    ["of an unknown authority, ours", { ...broker, clientCa }, { ca: ca.cert, ...stranger.issue("l") }, /./],
    ["none, ours", { ...broker, clientCa }, { ca: ca.cert }, /./],
    ["unreadable, ours", { ...broker, clientCa }, { ca: ca.cert, cert: "no certificate", key: lane.key }, /PEM/],
  ] as const;
  for (const [what, brokerTls, credentials, reason] of cases) {
    const peer = await startedBroker(t, { tls: brokerTls });
    let clients = 0;
    peer.aedes?.on("client", () => {
      clients += 1;
    });
    const one = new BareLane(t, peer.url, { credentials: () => credentials });
    let rounds = 0;
    peer.aedes?.on("connectionError", () => {
      rounds += 1;
    });
    one.uplink.start();
    await until(() => one.of("link").length > 0, `${what}: told`);
    assert.equal(one.of("link")[0]?.up, false, what);
    assert.match(one.of("link")[0]?.detail ?? "", reason, what);
    assert.deepEqual([clients, rounds], [0, 0], `${what}: not one MQTT packet`);
    await one.uplink.stop();
    await peer.stop();
  }
});

test("F23: a broker that speaks no TLS gets not a byte of MQTT from a lane that was told to use it", async (t) => {
  let heard = Buffer.alloc(0);
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      socket.end(Buffer.from("20020000", "hex"));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const lane = new BareLane(t, `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`);
  lane.uplink.start();
  await until(() => connections >= 3, "tried again and again");
  await lane.uplink.stop();
  assert.ok(lane.of("link").every(({ up }) => !up));
  assert.equal(heard.includes("MQTT"), false);
  assert.equal(heard[0], 0x16, "what it sends is a TLS handshake");
});
