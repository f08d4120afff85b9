import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { eventually } from "#bench/contract/eventually";
import type { GateCommand, GateDevice, LightColour } from "#contract/device";
import { LaneError } from "#contract/errors";
import { LampTest } from "#control/lamp-test";

/** A gate that remembers what its lights were told. */
class LitGate implements GateDevice {
  readonly id = "gate";
  readonly told: string[] = [];
  fails = 0;
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async command(command: GateCommand): Promise<void> {
    if (this.fails > 0) {
      this.fails -= 1;
      throw new LaneError("DEVICE_TIMEOUT", "no echo");
    }
    this.told.push("colour" in command ? `${command.type} ${command.colour}` : command.type);
  }
}

function rig(t: TestContext, greenMs: number) {
  const gate = new LitGate();
  const lane = { service: "maintenance", wanted: "red" as LightColour };
  const outcomes: (string | null)[] = [];
  const rows: string[] = [];
  const lamps = new LampTest({
    gate: () => gate,
    service: () => lane.service,
    wanted: () => lane.wanted,
    record: ({ type, colour }) => void rows.push(`${type} ${colour}`),
    send: (message) => void (message.type === "lamp-test-outcome" && outcomes.push(message.error?.code ?? null)),
    greenMs,
  });
  t.after(() => lamps.stop());
  const light = (which: "entry" | "exit", colour: LightColour, id = "gate") =>
    lamps.take({ type: "lamp-test", testId: "1", gate: id, light: which, colour });
  return { gate, lane, lamps, outcomes, rows, light };
}

const LONG_MS = 3_600_000;

test("each green lamp ends by itself, also when another one is lit meanwhile", async (t) => {
  const { gate, light, rows } = rig(t, 1);
  await light("entry", "green");
  await light("exit", "green");
  assert.deepEqual(rows, ["entry-light green", "exit-light green"]);
  await eventually("both are red again", () =>
    ["entry", "exit"].every((one) => gate.told.includes(`${one}-light red`)),
  );
});

test("a green lamp ends with the maintenance, and shows then what the lane wants", async (t) => {
  const { gate, lane, light } = rig(t, LONG_MS);
  await light("entry", "green");
  lane.service = "out-of-service";
  await eventually("it is red", () => gate.told.includes("entry-light red"));
  lane.service = "maintenance";
  await light("entry", "green");
  lane.wanted = "green";
  lane.service = "auto";
  await eventually("the lane shows its own green", () => gate.told.length === 4);
  assert.deepEqual(gate.told, ["entry-light green", "entry-light red", "entry-light green", "entry-light green"]);
});

test("a command that fails is told again until it is taken; one that may have lit a lamp is watched too", async (t) => {
  const { gate, light, outcomes, rows } = rig(t, 1);
  gate.fails = 3;
  await light("entry", "green");
  assert.deepEqual([outcomes, rows], [["DEVICE_TIMEOUT"], []]);
  await eventually("it is told to be red", () => gate.told.includes("entry-light red"));
});

test("outside of maintenance and for another gate nothing is lit", async (t) => {
  const { gate, lane, light, outcomes } = rig(t, LONG_MS);
  await light("entry", "red", "other");
  for (const service of ["auto", "manual", "out-of-service", "starting"]) {
    lane.service = service;
    await light("entry", "green");
  }
  assert.deepEqual(outcomes, ["DEVICE_OFFLINE", ...Array.from({ length: 4 }, () => "MESSAGE_REFUSED")]);
  assert.deepEqual(gate.told, []);
});
