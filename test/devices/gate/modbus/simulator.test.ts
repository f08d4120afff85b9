import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually, letPass } from "#bench/contract/eventually";
import type { LaneError } from "#contract/errors";
import { COIL, discreteInputAddress, HEARTBEAT_REGISTER, WATCHDOG_LIMIT_MS } from "#devices/gate/modbus/register-table";
import { type GatePlcChange, GatePlcSimulator } from "#devices/gate/modbus/simulator";
import { ModbusBus } from "#devices/transport/modbus/bus";
import { readDiscreteInputs, readRegisters, writeCoil, writeCoils } from "#devices/transport/modbus/requests";
import { overTcp } from "#devices/transport/modbus/tcp-wire";

interface Bench {
  readonly plc: GatePlcSimulator;
  readonly changes: GatePlcChange[];
  write(address: number, on: boolean): Promise<void>;
  /** The boom motions reported so far. */
  motions(): string[];
  readonly bus: ModbusBus;
}

/** Runs `body` with a PLC whose watchdog has been heard, and a bus connected to it. */
async function withPlc(body: (bench: Bench) => Promise<void>, options = { speed: 10 }): Promise<void> {
  const plc = new GatePlcSimulator(options);
  await plc.start();
  const settings = { open: overTcp(plc), timeoutMs: 1000 };
  const bus = new ModbusBus(settings, { connected: () => {}, disconnected: (_: LaneError) => {} }, () => 0);
  bus.start();
  const changes: GatePlcChange[] = [];
  plc.onChange((change) => changes.push(change));
  try {
    await eventually("connected", () => bus.connected);
    const write = (address: number, on: boolean) => bus.request(writeCoil(1, address, on));
    await write(COIL.watchdogToggle, true);
    const motions = () => changes.flatMap((change) => (change.type === "boom" ? [change.motion] : []));
    await body({ plc, changes, write, motions, bus });
  } finally {
    await bus.stop();
    await plc.stop();
  }
}

describe("gate PLC simulator", { concurrency: 4 }, () => {
  it("answers the I/O map: inputs, pulses that clear themselves, levels that stay, a heartbeat", () =>
    withPlc(async ({ plc, write, bus }) => {
      plc.setInputs({ fireOpen: false, loopExit: true });
      const bits = await bus.request(readDiscreteInputs({ unit: 1, address: 0, count: 17 }));
      assert.equal(bits[discreteInputAddress("loopExit")], true);
      assert.equal(bits[discreteInputAddress("boomClosed")], true);
      await write(COIL.cmdOpen, true);
      await write(COIL.siren, true);
      await eventually("open", () => plc.inputs.boomOpen);
      const heartbeat = () => bus.request(readRegisters(4, { unit: 1, address: HEARTBEAT_REGISTER, count: 1 }));
      const [before] = await heartbeat();
      await letPass(100);
      assert.notDeepEqual(await heartbeat(), [before]);
      await assert.rejects(bus.request(readDiscreteInputs({ unit: 1, address: 17, count: 1 })), /ILLEGAL_DATA_ADDRESS/);
      await assert.rejects(write(9, true), /ILLEGAL_DATA_ADDRESS/);
    }));

  it("takes its time for a whole movement, with both limit switches off on the way", () =>
    withPlc(
      async ({ plc, write }) => {
        const began = performance.now();
        await write(COIL.cmdOpen, true);
        assert.deepEqual([plc.inputs.boomOpen, plc.inputs.boomClosed], [false, false]);
        await eventually("open", () => plc.inputs.boomOpen);
        assert.ok(performance.now() - began >= 1499);
        assert.equal(plc.boomMotion, "still");
      },
      { speed: 1 },
    ));

  it("lowers only over a clear lane, whatever it is told", () =>
    withPlc(async ({ plc, write }) => {
      plc.pushBoom(1);
      for (const blocking of ["loopUnder", "curtain"] as const) {
        plc.setInputs({ [blocking]: true });
        await write(COIL.cmdClose, true);
        assert.equal(plc.boomMotion, "still", blocking);
        plc.setInputs({ [blocking]: false });
      }
      await write(COIL.inhibitClose, true);
      await write(COIL.cmdClose, true);
      assert.equal(plc.boomMotion, "still", "inhibited");
      await letPass(50);
      assert.equal(plc.boomPosition, 1, "a refused command is forgotten");
      assert.deepEqual({ ...plc.counters, watchdogToggles: 0 }, { raise: 0, lower: 3, refused: 3, watchdogToggles: 0 });
    }));

  it("F38 reopens when somebody comes under the lowering boom", () =>
    withPlc(
      async ({ plc, write, motions }) => {
        plc.pushBoom(1);
        await write(COIL.cmdClose, true);
        await eventually("half way", () => plc.boomPosition < 0.95);
        plc.setInputs({ loopUnder: true });
        assert.equal(plc.boomMotion, "raising");
        await eventually("told that it stopped", () => motions().includes("still"));
        assert.equal(plc.inputs.boomOpen, true);
        assert.deepEqual(motions(), ["lowering", "raising", "still"]);
      },
      { speed: 1 },
    ));

  it("F41 stops at the stop chain and rises for the fire input, in this order", () =>
    withPlc(
      async ({ plc, write }) => {
        await write(COIL.cmdOpen, true);
        plc.setInputs({ estopOk: false });
        const stopped = plc.boomPosition;
        await write(COIL.cmdOpen, true);
        plc.setInputs({ fireOpen: true });
        await letPass(30);
        assert.equal(plc.boomPosition, stopped);
        plc.setInputs({ estopOk: true });
        await eventually("open", () => plc.inputs.boomOpen);
        await write(COIL.cmdClose, true);
        assert.equal(plc.boomMotion, "still");
      },
      { speed: 1 },
    ));

  it("obeys its own button and not the lane in manual mode", () =>
    withPlc(async ({ plc, write }) => {
      plc.setInputs({ modeAuto: false });
      await write(COIL.cmdOpen, true);
      assert.equal(plc.boomMotion, "still");
      plc.setInputs({ manualOpenButton: true });
      await eventually("open", () => plc.inputs.boomOpen);
    }));

  it("obeys nothing before it has heard the watchdog, and nothing 2 s after it fell silent", () =>
    withPlc(async ({ plc, write, bus }) => {
      await bus.request(writeCoils(1, COIL.lightEntryRed, [false, true]));
      assert.equal(plc.lights.entry, "green");
      const began = performance.now();
      await eventually("watchdog lost", () => !plc.watchdogSeen);
      assert.ok(performance.now() - began > WATCHDOG_LIMIT_MS / 2);
      assert.equal(plc.lights.entry, "red", "nobody is asked in any more");
      await write(COIL.cmdOpen, true);
      assert.equal(plc.boomMotion, "still");
      await write(COIL.watchdogToggle, true);
      await write(COIL.cmdOpen, true);
      assert.equal(plc.boomMotion, "still", "a level that stands still is no watchdog");
      await write(COIL.watchdogToggle, false);
      await write(COIL.cmdOpen, true);
      assert.equal(plc.boomMotion, "raising");
    }));

  it("keeps the boom where it is over a reboot, shows red, and waits for the watchdog", () =>
    withPlc(async ({ plc, write, bus }) => {
      plc.pushBoom(1);
      await bus.request(writeCoils(1, COIL.lightExitRed, [false, true]));
      plc.reboot();
      assert.equal(plc.boomPosition, 1);
      assert.deepEqual(plc.lights, { entry: "red", exit: "red" });
      assert.equal(plc.watchdogSeen, false);
      await eventually("cut", () => !bus.connected);
      await eventually("connected again", () => bus.connected);
      await write(COIL.cmdClose, true);
      assert.equal(plc.boomPosition, 1);
    }));

  it("shows a stuck loop, a dead limit switch, a jam and a boom moved by hand", () =>
    withPlc(async ({ plc, write, changes }) => {
      plc.forceInput("loopUnder", true);
      plc.setInputs({ loopUnder: false });
      assert.equal(plc.inputs.loopUnder, true);
      plc.forceInput("loopUnder", undefined);
      assert.equal(plc.inputs.loopUnder, false);
      plc.pushBoom(0.5);
      assert.deepEqual([plc.inputs.boomOpen, plc.inputs.boomClosed], [false, false]);
      assert.ok(changes.some((change) => change.type === "inputs" && !change.inputs.boomClosed));
      plc.forceInput("boomOpen", false);
      await write(COIL.cmdOpen, true);
      await eventually("at the top", () => plc.boomPosition === 1);
      assert.equal(plc.inputs.boomOpen, false);
      plc.setJammed(true);
      await write(COIL.cmdClose, true);
      await letPass(50);
      assert.equal(plc.boomPosition, 1);
      assert.equal(plc.boomMotion, "lowering");
    }));

  it("answers old values and forgets commands while its program stands still", () =>
    withPlc(async ({ plc, write, bus }) => {
      const read = async () => ({
        bits: await bus.request(readDiscreteInputs({ unit: 1, address: 0, count: 17 })),
        heartbeat: await bus.request(readRegisters(4, { unit: 1, address: HEARTBEAT_REGISTER, count: 1 })),
      });
      plc.setFrozen(true);
      const before = await read();
      plc.setInputs({ loopArrival: true, fireOpen: true });
      await write(COIL.cmdOpen, true);
      await letPass(50);
      assert.deepEqual(await read(), before);
      assert.equal(plc.boomPosition, 0);
      assert.equal(plc.counters.raise, 0);
    }));

  it("reports commands, boom, lights and inputs once each, and lamps that change together as one change", () =>
    withPlc(async ({ plc, changes, write, bus }) => {
      await bus.request(writeCoils(1, COIL.lightEntryRed, [false, true]));
      plc.setInputs({ loopArrival: true });
      plc.setInputs({ loopArrival: true });
      await write(COIL.cmdOpen, true);
      await eventually("open", () => plc.inputs.boomOpen);
      await eventually("reported", () => changes.length >= 7);
      assert.deepEqual(
        changes.map((change) => (change.type === "command" ? `${change.command} ${change.obeyed}` : change.type)),
        ["lights", "inputs", "raise true", "boom", "inputs", "boom", "inputs"],
      );
    }));

  it("stops twice, and listens to nobody who has left", () =>
    withPlc(async ({ plc }) => {
      let heard = 0;
      const leave = plc.onChange(() => {
        heard += 1;
      });
      plc.setInputs({ loopExit: true });
      leave();
      plc.setInputs({ loopExit: false });
      assert.equal(heard, 1);
      await plc.stop();
    }));
});
