import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Recorder } from "#bench/contract/recorder";
import { isLaneError } from "#contract/errors";
import { answerTo } from "#devices/gate/modbus/challenge";
import { gateModbus } from "#devices/gate/modbus/descriptor";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";

const KEY = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");

function keyFile(t: TestContext, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-key-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "plc.key");
  writeFileSync(file, content);
  return file;
}

async function driverFor(t: TestContext, port: number, challengeKeyFile: string, profile = "generic") {
  const seen = new Recorder();
  const options = { host: "127.0.0.1", port, unit: 1, pollMs: 20, timeoutMs: 300, profile, challengeKeyFile };
  const device = (await gateModbus.load())("gate", options, seen);
  t.after(() => device.stop());
  return { device, seen };
}

async function startedPlc(t: TestContext, options: ConstructorParameters<typeof GatePlcSimulator>[0]) {
  const plc = new GatePlcSimulator(options);
  await plc.start();
  t.after(() => plc.stop());
  return plc;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`this never happened: ${what}`);
    await delay(5);
  }
}

test("an answer is one block of AES-128", () => {
  const block = Buffer.from("6bc1bee22e409f96e93d7e117393172a", "hex");
  assert.equal(answerTo(KEY, block).toString("hex"), "3ad77bb40d7a3660a89ecaf32466ef97", "NIST SP 800-38A, F.1.1");
});

test("T3: what takes the place of the PLC and does not know the key moves nothing and shows nothing", async (t) => {
  const plc = await startedPlc(t, { challengeKey: KEY });
  const { device, seen } = await driverFor(t, plc.port, keyFile(t, `${KEY.toString("hex")}\n`));
  await device.start();
  await until(() => seen.healthy, "the right PLC is up");
  await device.command({ type: "raise-boom" });
  await until(() => plc.counters.raise === 1, "the order arrived");
  const { port } = plc;
  await plc.stop();
  await until(() => seen.fault === "OFFLINE", "the PLC is gone");
  for (const challengeKey of [undefined, Buffer.alloc(16, 7)]) {
    const before = seen.of("gate-inputs").length;
    const impostor = await startedPlc(t, { port, ...(challengeKey === undefined ? {} : { challengeKey }) });
    await until(() => seen.fault === "IDENTITY", "the impostor is noticed");
    await assert.rejects(device.command({ type: "raise-boom" }), (error) => isLaneError(error, "DEVICE_OFFLINE"));
    assert.equal(seen.of("gate-inputs").length, before, "none of its inputs was believed");
    assert.equal(impostor.counters.raise, 0);
    await impostor.stop();
    await until(() => seen.fault === "OFFLINE", "it is gone again");
  }
  await plc.start();
  await until(() => seen.healthy, "the right PLC is back");
});

test("T3: what takes over the open connection of the PLC is found out at the next challenge", async (t) => {
  const key = keyFile(t, KEY.toString("hex"));
  const plc = await startedPlc(t, { challengeKey: KEY });
  const { device, seen } = await driverFor(t, plc.port, key);
  await device.start();
  await until(() => seen.healthy, "up");
  plc.setChallengeKey(undefined);
  await until(() => seen.fault === "IDENTITY", "the next challenge is not answered");
  const before = seen.of("gate-inputs").length;
  plc.setInputs({ loopArrival: true });
  await delay(200);
  assert.equal(seen.of("gate-inputs").length, before);
});

test("a key that is none, or a map without a place for challenges, is refused at the start", async (t) => {
  for (const [content, profile, why] of [
    ["", "generic", /32 hexadecimal digits; make one with/],
    ["secret-that-must-not-be-shown-anywhere!", "generic", /^(?!.*secret-that)/],
    [KEY.toString("hex"), "closed-circuit", /closed-circuit has no registers for a challenge/],
  ] as const) {
    const { device } = await driverFor(t, 1, keyFile(t, content), profile);
    await assert.rejects(device.start(), (error) => isLaneError(error, "CONFIG_INVALID") && why.test(error.message));
  }
  const { device } = await driverFor(t, 1, "/no/such/key");
  await assert.rejects(device.start(), /the key file \/no\/such\/key cannot be read: ENOENT/);
});
