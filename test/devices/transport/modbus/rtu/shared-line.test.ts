import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import { Recorder } from "#bench/contract/recorder";
import { rtuOptions } from "#bench/contract/rigs/rtu";
import { isLaneError } from "#contract/errors";
import { gateRtu } from "#devices/gate/modbus/rtu-descriptor";
import { GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import { weighbridgeRtu } from "#devices/weighbridge/modbus/rtu-descriptor";
import { WeighbridgeSimulator } from "#devices/weighbridge/modbus/simulator";

/** A gate PLC, unit 1, and an indicator, unit 2, on one line and in one lane. */
async function rig() {
  const server = new RtuLineServer();
  const plc = new GatePlcSimulator({ speed: 15, place: (model) => server.unit(1, model) });
  const scale = new WeighbridgeSimulator({ speed: 5, place: (model) => server.unit(2, model) });
  await plc.start();
  await scale.start();
  await server.start();
  const context = new Recorder();
  const [newGate, newScale] = [await gateRtu.load(), await weighbridgeRtu.load()];
  const gate = newGate("gate", { ...rtuOptions(server.line, 1), pollMs: 20 }, context);
  const weighing = { ...rtuOptions(server.line, 2), pollMs: 50, capacityKg: 80_000 };
  const weighbridge = newScale("scale", weighing, context);
  const health = (device: string) =>
    context
      .of("health")
      .filter((event) => event.device === device)
      .map((event) => event.health.fault?.code ?? event.health.state);
  const stop = async () => {
    await gate.stop();
    await weighbridge.stop();
    await server.stop();
    await plc.stop();
    await scale.stop();
  };
  return { server, plc, scale, context, gate, weighbridge, weighing, newScale, health, stop };
}

type Bench = Awaited<ReturnType<typeof rig>>;
const test = (name: string, body: (bench: Bench) => Promise<void>) =>
  it(name, async () => {
    const bench = await rig();
    try {
      await bench.gate.start();
      await bench.weighbridge.start();
      await eventually("both healthy", () => ["gate", "scale"].every((one) => bench.health(one).at(-1) === "up"));
      await body(bench);
    } finally {
      await bench.stop();
    }
  });

describe("devices on one RTU line", { concurrency: true }, () => {
  test("share one connection, each with its own answers", async ({ plc, scale, context }) => {
    scale.setLoad(32_480);
    plc.setInputs({ loopArrival: true });
    await eventually("weighed", () => context.of("weight").at(-1)?.sample.grossKg === 32_480);
    await eventually("seen", () => context.of("gate-inputs").at(-1)?.inputs.loopArrival);
    assert.ok(context.of("gate-inputs").every(({ device }) => device === "gate"));
  });

  test("the gate goes on while the indicator is silent, and is never told of it", async ({ plc, scale, ...bench }) => {
    await scale.stop();
    await eventually("the scale is missed", () => bench.health("scale").at(-1) === "TIMEOUT");
    for (const on of [true, false, true, false]) {
      plc.setInputs({ loopUnder: on });
      await eventually("seen", () => bench.context.of("gate-inputs").at(-1)?.inputs.loopUnder === on);
      await letPass(400);
    }
    await bench.gate.command({ type: "exit-light", colour: "green" }).catch((error: unknown) => {
      // The line may be reopening at this very moment; then nothing was sent.
      assert.ok(isLaneError(error, "DEVICE_OFFLINE"));
    });
    assert.deepEqual(bench.health("gate"), ["up"]);
    await scale.start();
    await eventually("the scale is back", () => bench.health("scale").at(-1) === "up");
    assert.deepEqual(bench.health("gate"), ["up"]);
  });

  test("B40 a line full of noise is everybody's fault, and heals", async ({ server, health }) => {
    const noise = setInterval(() => server.babble(Buffer.alloc(64, 0xff)), 5);
    try {
      await eventually("both know", () => ["gate", "scale"].every((one) => health(one).at(-1) === "PROTOCOL"));
    } finally {
      clearInterval(noise);
    }
    await eventually("both healthy", () => ["gate", "scale"].every((one) => health(one).at(-1) === "up"));
  });

  test("a lost line is told to both, and comes back for both", async ({ server, health }) => {
    await server.stop();
    await eventually("both know", () => ["gate", "scale"].every((one) => health(one).at(-1) === "OFFLINE"));
    await server.start();
    await eventually("both healthy", () => ["gate", "scale"].every((one) => health(one).at(-1) === "up"));
  });

  test("a device that describes the line differently is refused", async ({ weighing, newScale, context }) => {
    const other = newScale("other", { ...weighing, unit: 3, parity: "even" }, context);
    await assert.rejects(other.start(), (error) => isLaneError(error, "CONFIG_INVALID") && /parity/.test(error.detail));
    await other.stop();
  });

  test("the line is closed with its last device and opened by the next", async (bench) => {
    await bench.gate.stop();
    await bench.weighbridge.stop();
    const again = bench.newScale("again", bench.weighing, bench.context);
    await again.start();
    await eventually("healthy", () => bench.health("again").at(-1) === "up");
    await again.stop();
  });
});
