import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { Recorder } from "#bench/contract/recorder";
import type { DeviceContext, GateCommand, GateDevice } from "#contract/device";
import { isLaneError, LaneError } from "#contract/errors";
import type { ToControl, ToEdge } from "#contract/messages";
import { RemoteDevices } from "#control/remote-devices";
import { systemClock } from "#devices/system-clock";
import { FieldDevices } from "#edge/field-devices";

/** A gate that takes every command, or refuses it. */
class ObedientGate implements GateDevice {
  readonly id = "gate";
  readonly commands: GateCommand[] = [];
  refusal: LaneError | undefined;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async command(command: GateCommand): Promise<void> {
    this.commands.push(command);
    if (this.refusal !== undefined) throw this.refusal;
  }
}

interface Rig {
  readonly gate: ObedientGate;
  readonly remote: GateDevice;
  readonly recorder: Recorder;
  readonly devices: RemoteDevices;
  readonly context: DeviceContext;
  /** Messages to the edge process are held back while this is set. */
  hold: boolean;
  release(): void;
}

/** Control and edge process with a line between them that carries copies, as the real one does. */
async function build(): Promise<Rig> {
  const gate = new ObedientGate();
  const held: ToEdge[] = [];
  const field = new FieldDevices({
    clock: systemClock,
    devices: async () => ({ gate, others: [] }),
    send: (message: ToControl) => {
      const copy = structuredClone(message);
      if (copy.type === "gate-command-outcome") devices.outcome(copy);
    },
  });
  const deliver = (message: ToEdge) => {
    if (message.type === "gate-command") void field.command(message);
  };
  const send = (message: ToEdge) => {
    if (rig.hold) held.push(structuredClone(message));
    else deliver(structuredClone(message));
  };
  const devices = new RemoteDevices({ clock: systemClock, send });
  const recorder = new Recorder();
  const context = { clock: systemClock, post: (event: Parameters<Recorder["post"]>[0]) => recorder.post(event) };
  await field.start(context);
  const release = () => {
    for (const message of held.splice(0)) deliver(message);
  };
  const rig: Rig = { gate, remote: devices.gate("gate", context), recorder, devices, context, hold: false, release };
  return rig;
}

describe("devices in the edge process", { concurrency: true }, () => {
  it("passes a command on once and tells that it was taken", async () => {
    const { gate, remote } = await build();
    await remote.command({ type: "raise-boom" });
    await remote.command({ type: "exit-light", colour: "green" });
    assert.deepEqual(gate.commands, [{ type: "raise-boom" }, { type: "exit-light", colour: "green" }]);
  });

  it("rejects with the error of the device", async () => {
    const { gate, remote } = await build();
    gate.refusal = new LaneError("DEVICE_EXCEPTION", "not now");
    await assert.rejects(
      remote.command({ type: "raise-boom" }),
      (error) => isLaneError(error, "DEVICE_EXCEPTION") && error.detail === "not now",
    );
  });

  it("never passes on a command that was held up on its way", async () => {
    const rig = await build();
    rig.hold = true;
    const outcome = assert.rejects(rig.remote.command({ type: "raise-boom" }), (error) =>
      isLaneError(error, "DEVICE_OFFLINE"),
    );
    await new Promise((resolve) => setTimeout(resolve, 1200));
    rig.release();
    await outcome;
    assert.deepEqual(rig.gate.commands, []);
  });

  it("gives up waiting when the edge process does not answer, and ignores what comes later", async () => {
    const rig = await build();
    rig.hold = true;
    await assert.rejects(rig.remote.command({ type: "lower-boom" }), (error) => isLaneError(error, "DEVICE_TIMEOUT"));
    rig.release();
    assert.deepEqual(rig.gate.commands, []);
  });

  it("is down when nothing is heard of it any more, once, and not before it was heard", async () => {
    const { remote, recorder, devices } = await build();
    await remote.start();
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(recorder.events, []);
    devices.heard({ type: "health", device: "gate", at: systemClock.monotonic(), health: { state: "up" } });
    await eventually("fault OFFLINE", () => recorder.fault === "OFFLINE");
    assert.equal(recorder.health?.state, "down");
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(recorder.events.length, 1);
    await remote.stop();
  });
});
