import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letPass } from "#bench/contract/eventually";
import { Recorder } from "#bench/contract/recorder";
import { rtuOptions } from "#bench/contract/rigs/rtu";
import { isLaneError } from "#contract/errors";
import { readRegisters } from "#devices/transport/modbus/requests";
import { RtuLineServer } from "#devices/transport/modbus/rtu/line-server";
import { RtuStation } from "#devices/transport/modbus/rtu/station";
import type { ServerFault } from "#devices/transport/modbus/server/faults";

const TIMEOUT_MS = 60;
const block = readRegisters(4, { unit: 1, address: 0, count: 4 });
const proofs = [1, 2, 3].map((count) => readRegisters(4, { unit: 1, address: 0, count }));

interface Outcome {
  /** Replies taken for the answer to a request that the scale got before that request was made. */
  readonly stale: number;
  readonly taken: number;
  /** Breaks, each with a rest after it. */
  readonly breaks: number;
}

/**
 * Asks a scale that shows the number of the question it was asked, and answers late as `latenessMs` says. So each reply
 * tells which request it belongs to.
 */
async function ask(settleMs: number, forMs: number, latenessMs: (request: number) => number): Promise<Outcome> {
  const server = new RtuLineServer();
  const receivedAt: number[] = [];
  const scale = server.unit(1, {
    beginRequest: () => {
      receivedAt.push(performance.now());
      scale.setFault(lateness(latenessMs(receivedAt.length)));
    },
    readInputRegister: () => receivedAt.length - 1,
  });
  await scale.start();
  await server.start();
  const settings = { ...rtuOptions(server.line, 1), timeoutMs: TIMEOUT_MS, settleMs };
  let [stale, taken, breaks] = [0, 0, 0];
  const disconnected = () => {
    breaks += 1;
  };
  const listener = { connected: () => {}, disconnected };
  const station = new RtuStation(settings, new Recorder(), listener, () => 0);
  station.start(proofs);
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    const askedAt = performance.now();
    try {
      const [request = 0] = await station.request(block);
      taken += 1;
      if ((receivedAt[request] ?? 0) < askedAt) stale += 1;
    } catch (error) {
      assert.ok(isLaneError(error));
    }
    await letPass(3);
  }
  await station.stop();
  await server.stop();
  return { stale, taken, breaks };
}

const lateness = (ms: number): ServerFault => ({ kind: "late", ms });

describe("F28 a scale on an RTU line that answers late", { concurrency: true }, () => {
  const cases: readonly [string, number, (request: number) => number, "works" | "stays out" | "either"][] = [
    ["now and then, by less than its settling time", 200, (request) => (request % 5 === 0 ? 150 : 0), "works"],
    ["now and then, by more than its settling time", 100, (request) => (request % 7 === 0 ? 600 : 0), "works"],
    ["always, by a little more than the timeout", 100, () => TIMEOUT_MS + 10, "stays out"],
    ["always, by more than its settling time", 100, () => 260, "stays out"],
    ["by as much as timeout, reopening and settling together", 100, () => 310, "stays out"],
    ["ever more", 100, (request) => request * 12, "works"],
    ["by anything at all", 100, (request) => ((request * 7919) % 13) * 40, "either"],
  ];
  for (const [name, settleMs, latenessMs, then] of cases) {
    it(`${name}: no answer is ever taken for that to a later question`, async () => {
      const { stale, taken, breaks } = await ask(settleMs, 2500, latenessMs);
      assert.equal(stale, 0);
      assert.ok(breaks > 0, "it was late");
      // One that is late every time may be believed for as long as its first answers were prompt, and no longer.
      assert.ok(then === "either" || (then === "works" ? taken > 0 : taken < 3), `${taken} answers taken`);
    });
  }
});
