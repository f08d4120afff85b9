import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceEvent, GateInputs } from "#contract/device";
import { GateStation } from "#devices/gate/opcua/simulator";
import { openGate } from "#devices/registry";
import { systemClock } from "#devices/system-clock";
import { loadLibrary } from "#devices/transport/opcua/library";
import { OpcUaPki } from "#devices/transport/opcua/pki";
import { SimulatedOpcUaServer } from "#devices/transport/opcua/server/server";

export interface OpcUaLatency {
  /** From the change of an input at the PLC to its event in the inbox, milliseconds, signed and encrypted. */
  readonly changeToInbox: { readonly p50: number; readonly p99: number };
  /** Publishing interval asked for, milliseconds. */
  readonly publishingMs: number;
  readonly changes: number;
}

const CHANGES = 200;
const PUBLISHING_MS = 50;

/** Server and driver share this process, so that one clock measures both; it is a little pessimistic for that. */
export async function measureOpcUa(): Promise<OpcUaLatency> {
  const folder = mkdtempSync(join(tmpdir(), "gatelane-bench-"));
  const server = new SimulatedOpcUaServer({ folder: join(folder, "server") });
  await server.start();
  const dataDir = join(folder, "lane");
  const pki = await OpcUaPki.open(await loadLibrary(), dataDir);
  await pki.manager.trustCertificate(server.certificate);
  await pki.close();
  const station = new GateStation(server);
  await station.start();
  let seen: (inputs: GateInputs) => void = () => undefined;
  const post = (event: DeviceEvent) => {
    if (event.type === "gate-inputs") seen(event.inputs);
  };
  const options = {
    endpoint: server.endpoint,
    security: "Basic256Sha256",
    timeoutMs: 2000,
    profile: "generic",
    station: "Gate",
    publishingMs: PUBLISHING_MS,
    samplingMs: 10,
  };
  const gate = await openGate({ id: "gate", driver: "opcua-gate", options }, { clock: systemClock, post, dataDir });
  const changed = (loopArrival: boolean) =>
    new Promise<void>((resolve) => {
      seen = (inputs) => {
        if (inputs.loopArrival === loopArrival) resolve();
      };
    });
  try {
    const first = changed(false);
    await gate.start();
    await first;
    const times: number[] = [];
    for (let index = 0; index < CHANGES; index += 1) {
      // Not in step with the publishing of the server.
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * PUBLISHING_MS * 2));
      const arrived = changed(index % 2 === 0);
      const began = performance.now();
      station.setInputs({ loopArrival: index % 2 === 0 });
      await arrived;
      times.push(performance.now() - began);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    return { changeToInbox: { p50: at(0.5), p99: at(0.99) }, publishingMs: PUBLISHING_MS, changes: CHANGES };
  } finally {
    await gate.stop();
    station.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
