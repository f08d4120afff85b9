import assert from "node:assert/strict";
import { test } from "node:test";
import { measureDevices } from "#bench/measure/devices";
import { devicesTable } from "#bench/measure/devices-command";
import { spread } from "#bench/measure/spread";

test("every figure of the devices is measured, and no edge is lost, also beside a hung camera and a flood", async () => {
  const figures = await measureDevices({ rounds: 100, edges: 20, memory: false, progress: () => undefined });
  const { modbusPoll, tcpEcho, opcUa, edges, memory } = figures;
  for (const { p50, p99 } of [modbusPoll, tcpEcho, edges.quiet, edges.disturbed]) {
    assert.ok(p50 > 0 && p99 >= p50, `${p50} and ${p99}`);
  }
  assert.ok(opcUa !== null && opcUa.changeToInbox.p50 > 0);
  assert.deepEqual([edges.devices, edges.lost, memory], [12, 0, null]);
  const table = devicesTable(figures);
  for (const words of ["bare TCP echo", "a camera hangs, a PLC floods", "OPC UA change to inbox"]) {
    assert.ok(table.includes(words), words);
  }
});

test("a spread is the median and the 99th percentile", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.deepEqual(spread(values), { p50: 51, p99: 100 });
});
