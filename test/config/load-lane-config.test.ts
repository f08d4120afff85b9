import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { devicesOf } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";
import { readUpstreamSecrets } from "#config/secrets";
import { isLaneError } from "#contract/errors";
import { issuesOf, LANE_YAML, temporaryFolder, write, writeReferencedFiles } from "./lane-folder.ts";

const folder = temporaryFolder();
before(() => writeReferencedFiles(folder));

let count = 0;
const load = (text: string) => loadLaneConfig(write(folder, `lane-${++count}.yaml`, text));
const changed = (from: string, to: string) => {
  assert.ok(LANE_YAML.includes(from), `the sample has no ${JSON.stringify(from)}`);
  return LANE_YAML.replace(from, to);
};
const paths = (text: string) => issuesOf(() => load(text)).map(({ path }) => path);

describe("a sound lane file", () => {
  test("becomes a complete configuration with absolute paths", () => {
    const config = load(LANE_YAML);
    assert.equal(config.site, "huu-nghi");
    assert.equal(config.dataDir, join(folder, "data"));
    assert.equal(config.policy, join(folder, "policy.yaml"));
    assert.equal(config.socket, join(folder, "data", "lane.sock"));
    assert.equal(config.logLevel, "info");
    assert.deepEqual(config.gate, {
      id: "gate",
      driver: "modbus-gate",
      class: "gate",
      home: "control",
      options: { host: "127.0.0.1", port: 15020, unit: 1, pollMs: 20, timeoutMs: 300, profile: "generic" },
    });
    assert.equal(config.weighbridge?.id, "scale");
    assert.deepEqual(
      config.cameras.map(({ id, task, trigger }) => [id, task, trigger]),
      [
        ["front", "plate", "arrival"],
        ["side", "container", "scale"],
      ],
    );
    assert.equal(config.cameras[0]?.options["passwordFile"], join(folder, "secrets", "camera-password"));
    assert.ok(!("trigger" in (config.cameras[0]?.options ?? {})), "the trigger is the lane's, not the driver's");
    assert.deepEqual(
      devicesOf(config).map(({ id }) => id),
      ["gate", "scale", "front", "side"],
    );
  });

  test("cannot be changed afterwards", () => {
    const config = load(LANE_YAML);
    assert.throws(() => Object.assign(config, { site: "elsewhere" }), TypeError);
    assert.throws(() => Object.assign(config.gate.options, { host: "elsewhere" }), TypeError);
  });

  test("has a hash that follows its meaning, not its spelling or its folder", () => {
    const { configHash } = load(LANE_YAML);
    assert.match(configHash, /^[0-9a-f]{64}$/);
    assert.equal(load(`# a comment\n${changed("pollMs: 20", "pollMs: 0x14")}`).configHash, configHash);
    assert.equal(load(changed("port: 15020", "port: 15020\n    unit: 1")).configHash, configHash);
    assert.notEqual(load(changed("port: 15020", "port: 15022")).configHash, configHash);
    const elsewhere = temporaryFolder();
    writeReferencedFiles(elsewhere);
    assert.equal(loadLaneConfig(write(elsewhere, "lane.yaml", LANE_YAML)).configHash, configHash);
  });

  test("may do without a weighbridge", () => {
    const without = LANE_YAML.replace(/ {2}scale:\n(?: {4}.*\n)+/, "");
    assert.equal(load(without).weighbridge, null);
  });

  test("holds no secret; those are read by themselves", () => {
    const text = changed(
      "url: mqtt://127.0.0.1:18830",
      "url: mqtt://127.0.0.1:18830\n  username: lane-1\n  passwordFile: ./secrets/camera-password",
    );
    const config = load(text);
    assert.ok(!JSON.stringify(config).includes("correct horse"));
    const secrets = readUpstreamSecrets(config);
    assert.equal(secrets.password, "correct horse");
    assert.equal(secrets.trust[0]?.kid, "operations-1");
    assert.match(secrets.trust[0]?.publicKeyPem ?? "", /BEGIN PUBLIC KEY/);
  });
});

describe("mistakes are reported where they are, with the fix", () => {
  const cases: readonly (readonly [
    title: string,
    from: string,
    to: string,
    path: string,
    value: RegExp,
    fix: RegExp,
  ])[] = [
    ["a unit in a number", "pollMs: 20", 'pollMs: "20 ms"', "devices.gate.pollMs", /"20 ms"/, /^write 20$/],
    ["another unit", "pollMs: 20", "pollMs: 0.1 s", "devices.gate.pollMs", /"0.1 s"/, /^write 100$/],
    ["a number in quotes", "port: 15020", 'port: "15020"', "devices.gate.port", /"15020"/, /^write 15020$/],
    ["port 0", "port: 15020", "port: 0", "devices.gate.port", /^0$/, /inside the range/],
    ["port 65536", "port: 15020", "port: 65536", "devices.gate.port", /^65536$/, /inside the range/],
    ["a misspelt key", "port: 15020", "prot: 15020", "devices.gate.prot", /15020/, /did you mean port\?/],
    ["a misspelt top key", "site: huu-nghi", "siet: huu-nghi", "siet", /huu-nghi/, /did you mean site\?/],
    [
      "an unknown driver",
      "driver: modbus-gate",
      "driver: modbus-gat",
      "devices.gate.driver",
      /modbus-gat"/,
      /modbus-gate\?/,
    ],
    ["a missing driver", "    driver: modbus-gate\n", "", "devices.gate.driver", /^missing$/, /driver/],
    ["a wrong choice", "task: plate", "task: plates", "devices.front.task", /plates/, /did you mean plate\?/],
    [
      "yes for true",
      "task: plate",
      "task: plate\n    plateEvents: yes",
      "devices.front.plateEvents",
      /yes/,
      /write true/,
    ],
    ["a missing policy", "./policy.yaml", "./no.yaml", "policy", /no\.yaml", which does not exist/, /check the path/],
    ["a folder as policy", "./policy.yaml", "./secrets", "policy", /not a file/, /check/],
    ["a bad device id", "  gate:", '  "ga te":', "devices.ga te", /ga te/, /letters, digits/],
    ["a newer version", "version: 1", "version: 2", "version", /^2$/, /./],
    ["a missing key", "site: huu-nghi\n", "", "site", /^missing$/, /add the line "site/],
    [
      "two gates",
      "driver: modbus-weighbridge",
      "driver: modbus-gate",
      "devices.scale",
      /another gate beside gate/,
      /./,
    ],
    ["the same address", "port: 15021", "port: 15020", "devices.scale", /same address as gate: 127.0.0.1:15020:1/, /./],
    [
      "the same address by another name",
      "host: 127.0.0.1\n    port: 15021",
      "host: LOCALHOST.\n    port: 15020",
      "devices.scale",
      /same address/,
      /./,
    ],
    ["one camera twice", "127.0.0.1:18083", "127.0.0.1:18081", "devices.side", /same address as front/, /./],
    ["a private key", "operations-1.pem", "private.pem", "upstream.trust.0.publicKeyFile", /private key/, /replace/],
    ["an RSA key", "operations-1.pem", "rsa.pem", "upstream.trust.0.publicKeyFile", /type rsa/, /replace/],
    ["no key at all", "operations-1.pem", "two-lines", "upstream.trust.0.publicKeyFile", /not a public key/, /replace/],
    ["a password in the address", "mqtt://127", "mqtt://me:hunter2@127", "upstream.url", /not shown/, /./],
    [
      "a password of two lines",
      "camera-password\n    task: plate",
      "two-lines\n    task: plate",
      "devices.front.passwordFile",
      /one line/,
      /./,
    ],
    [
      "a key of the PLC that is none",
      "    pollMs: 20\n",
      "    pollMs: 20\n    challengeKeyFile: ./secrets/two-lines\n",
      "devices.gate.challengeKeyFile",
      /32 hexadecimal digits/,
      /replace/,
    ],
    [
      "a key of the PLC that is not there",
      "    pollMs: 20\n",
      "    pollMs: 20\n    challengeKeyFile: ./secrets/plc.key\n",
      "devices.gate.challengeKeyFile",
      /does not exist/,
      /openssl rand -hex 16/,
    ],
    [
      "a password nobody knows the user of",
      "  trust:",
      "  passwordFile: ./secrets/camera-password\n  trust:",
      "upstream.passwordFile",
      /without username/,
      /add username/,
    ],
    [
      "a key without certificate",
      "  trust:",
      "  keyFile: ./secrets/private.pem\n  trust:",
      "upstream.keyFile",
      /without certificateFile/,
      /./,
    ],
    [
      "a socket path that is too long",
      "dataDir: ./data",
      `dataDir: ./data\nsocket: ./${"s".repeat(120)}`,
      "socket",
      /bytes/,
      /shorter/,
    ],
    [
      "a key that ends before it begins",
      "secrets/operations-1.pem",
      "secrets/operations-1.pem\n      validFrom: 2026-02-01\n      validUntil: 2026-01-31",
      "upstream.trust.0.validUntil",
      /before validFrom 2026-02-01/,
      /correct/,
    ],
    [
      "a last day that does not exist",
      "secrets/operations-1.pem",
      "secrets/operations-1.pem\n      validUntil: 2026-02-30",
      "upstream.trust.0.validUntil",
      /2026-02-30/,
      /correct/,
    ],
    ["two devices with one id", "  scale:", "  gate:", "devices.gate", /two devices with the id "gate"/, /rename/],
    ["an id of the daemon itself", "  side:", "  vision:", "devices.vision", /of the daemon/, /rename/],
    ["a key given twice", "site: huu-nghi", "site: huu-nghi\nsite: tan-thanh", "site", /given twice/, /remove/],
    [
      "an inherited name",
      "site: huu-nghi",
      "site: huu-nghi\n__proto__: 1",
      "__proto__",
      /under a key that does not exist/,
      /remove/,
    ],
  ];
  for (const [title, from, to, path, value, fix] of cases) {
    test(title, () => {
      const text = changed(from, to);
      const found = issuesOf(() => load(text));
      const issue = found.find((candidate) => candidate.path === path && value.test(candidate.value ?? "missing"));
      assert.ok(issue, `no issue at ${path}: ${JSON.stringify(found, null, 1)}`);
      assert.match(issue.fix, fix);
      assert.ok(issue.line !== null && issue.line >= 1 && issue.line <= text.split("\n").length);
    });
  }

  test("a misspelt key is not also reported as missing", () => {
    assert.deepEqual(paths(changed("site: huu-nghi", "siet: huu-nghi")), ["siet"]);
  });

  test("a lane without a gate", () => {
    const without = LANE_YAML.replace(/ {2}gate:\n(?: {4}.*\n)+/, "");
    assert.deepEqual(paths(without), ["devices"]);
  });

  test("a key that everybody may replace", () => {
    const key = join(folder, "secrets", "operations-1.pem");
    chmodSync(key, 0o666);
    const [issue, ...others] = issuesOf(() => load(LANE_YAML));
    chmodSync(key, 0o600);
    assert.equal(issue?.path, "upstream.trust.0.publicKeyFile");
    assert.match(issue?.value ?? "", /everybody may change/);
    assert.match(issue?.fix ?? "", /chmod o-w/);
    assert.deepEqual(others, []);
  });

  test("all at once, ordered by line, under one code", () => {
    const text = LANE_YAML.replace("pollMs: 20", "pollMs: fast")
      .replace("./policy.yaml", "./no.yaml")
      .replace("direction: EXPORT", "direction: BOTH")
      .replace("kid: operations-1", "kid: '?'");
    assert.deepEqual(paths(text), ["direction", "policy", "devices.gate.pollMs", "upstream.trust.0.kid"]);
    assert.throws(
      () => load(text),
      (error) => isLaneError(error, "CONFIG_INVALID") && error.message.includes("devices.gate.pollMs"),
    );
  });

  test("the line is that of the value", () => {
    const text = changed("pollMs: 20", "pollMs: fast");
    const [issue] = issuesOf(() => load(text));
    assert.equal(text.split("\n")[(issue?.line ?? 0) - 1], "    pollMs: fast");
  });

  test("a password written by mistake is not repeated", () => {
    const text = changed("task: plate", "task: plate\n    password: hunter2");
    const issues = issuesOf(() => load(text));
    assert.equal(issues[0]?.path, "devices.front.password");
    assert.ok(!JSON.stringify(issues).includes("hunter2"));
    assert.match(issues[0]?.fix ?? "", /passwordFile|remove/);
  });
});
