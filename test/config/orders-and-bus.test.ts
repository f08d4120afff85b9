import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadLaneConfig } from "#config/load-lane-config";
import { readOrderKeys } from "#config/secrets";
import { issuesOf, LANE_YAML, temporaryFolder, write, writeReferencedFiles } from "./lane-folder.ts";

const folder = temporaryFolder();
writeReferencedFiles(folder);

const load = (more: string) => loadLaneConfig(write(folder, "lane.yaml", `${LANE_YAML}${more}`));
const issues = (more: string) => issuesOf(() => load(more)).map(({ path, value }) => `${path}: ${value}`);

const key = (kid: string, subject: string, roles = "[officer]", file = "operations-1.pem") =>
  `    - kid: ${kid}\n      subject: ${subject}\n      roles: ${roles}\n      publicKeyFile: ./secrets/${file}\n`;
const ORDERS = `orders:\n  keys:\n${key("officer-17", "HQ-0017", "[officer, supervisor]")}`;
const neighbour = (lane: string, url: string) =>
  `    - lane: ${lane}\n      url: ${url}\n      publicKeyFile: ./secrets/operations-1.pem\n`;
const bus = (options: string, ...neighbours: string[]) =>
  `lanBus:\n${options}  port: 1884\n  neighbours:${neighbours.length === 0 ? " []" : `\n${neighbours.join("")}`}\n`;

describe("who may give orders", () => {
  test("nobody, unless the lane file names keys", () => assert.deepEqual(load("").orders, { keys: [] }));

  test("keys with their person and roles", () => {
    const [first] = readOrderKeys(load(ORDERS));
    assert.deepEqual([first?.kid, first?.subject, first?.roles], ["officer-17", "HQ-0017", ["officer", "supervisor"]]);
    assert.match(first?.publicKeyPem ?? "", /BEGIN PUBLIC KEY/);
  });

  test("T10: one person with two keys, one key for two persons, and a role that there is not are mistakes", () => {
    const twoKeys = `${ORDERS}${key("officer-18", "HQ-0017", "[officer]", "rsa.pem")}`;
    assert.deepEqual(
      issues(twoKeys).map((line) => line.replace(/:.*/, "")),
      ["orders.keys.1.subject", "orders.keys.1.publicKeyFile"],
      "the person twice, and a key of another kind",
    );
    const oneFile = issues(`${ORDERS}${key("officer-18", "HQ-0018")}`);
    assert.equal(oneFile.length, 1);
    assert.match(oneFile[0] ?? "", /orders\.keys\.1\.publicKeyFile: .*given twice/);
    assert.match(issues(ORDERS.replace("supervisor", "king"))[0] ?? "", /orders\.keys\.0\.roles\.1: "king"/);
    assert.match(issues(ORDERS.replace("operations-1.pem", "private.pem"))[0] ?? "", /private key/);
  });
});

describe("the lane bus", () => {
  test("is off unless the lane file has one, and listens on loopback unless told", () => {
    assert.equal(load("").lanBus, null);
    const { lanBus } = load(bus("", neighbour("lane-2", "mqtt://127.0.0.1:1885")));
    assert.deepEqual([lanBus?.host, lanBus?.port, lanBus?.neighbours[0]?.lane], ["127.0.0.1", 1884, "lane-2"]);
    assert.ok(lanBus?.neighbours[0]?.publicKeyFile.startsWith(folder));
  });

  test("beyond loopback only with TLS, in both directions", () => {
    assert.match(issues(bus("  host: 10.0.0.11\n"))[0] ?? "", /lanBus\.host: .*without TLS/);
    const tls = ["certificateFile", "keyFile", "caFile"].map((name) => `  ${name}: ./secrets/rsa.pem\n`);
    assert.deepEqual(issues(bus(`  host: 10.0.0.11\n${tls.join("")}`)), []);
    assert.match(issues(bus(tls[0] ?? ""))[0] ?? "", /lanBus: without keyFile, caFile/);
    assert.match(issues(bus("", neighbour("lane-2", "mqtt://10.0.0.12:1884")))[0] ?? "", /neighbours\.0\.url/);
    assert.deepEqual(issues(bus("", neighbour("lane-2", "mqtts://10.0.0.12:1884"))), []);
  });

  test("names other lanes, each once", () => {
    const other = neighbour("lane-2", "mqtt://127.0.0.1:1885");
    assert.match(issues(bus("", other, other))[0] ?? "", /neighbours\.1\.lane: .*given twice/);
    assert.match(issues(bus("", neighbour("lane-1", "mqtt://127.0.0.1:1885")))[0] ?? "", /this lane itself/);
  });
});

test("what stands on papers for customs", () => {
  assert.deepEqual(load("").customs, {});
  const { customs } = load("customs:\n  siteName: Hữu Nghị\n  siteCode: 15BAC01\n  unit: Chi cục Hải quan Hữu Nghị\n");
  assert.equal(customs.unit, "Chi cục Hải quan Hữu Nghị");
});
