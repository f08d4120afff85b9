import assert from "node:assert/strict";
import { test } from "node:test";
import { type CameraViews, cameraViews, deckLoadKg } from "#bench/twin/sensors";
import type { MovingTruck, TruckKind } from "#bench/twin/truck";

/** Trucks at given noses, the foremost first; named after their place in the list. */
function trucks(...noses: readonly (readonly [kind: TruckKind, noseM: number])[]): MovingTruck[] {
  return noses.map(([kind, noseM], index) => ({
    truck: { id: "abc"[index] ?? "?", kind, grossKg: 10_000 },
    phase: "approaching",
    noseM,
    speedMps: 0,
    following: false,
    freeForMs: 0,
    stalledForMs: 0,
  }));
}

const SEEN: readonly [string, readonly MovingTruck[], CameraViews][] = [
  ["before the lane", trucks(["semi-trailer", -1]), { front: null, rear: null, side: null }],
  ["on the arrival loop", trucks(["semi-trailer", 1]), { front: "a", rear: null, side: null }],
  ["under the portal", trucks(["semi-trailer", 9]), { front: "a", rear: null, side: "a" }],
  ["on the scale", trucks(["semi-trailer", 28]), { front: "a", rear: "a", side: "a" }],
  ["under the boom", trucks(["semi-trailer", 34]), { front: null, rear: "a", side: "a" }],
  ["leaving", trucks(["semi-trailer", 55]), { front: null, rear: null, side: null }],
  [
    "a truck beside the front camera hides the one behind it",
    trucks(["semi-trailer", 48], ["bobtail", 29]),
    { front: null, rear: "b", side: "b" },
  ],
  [
    "the front camera sees the next one when it has passed",
    trucks(["semi-trailer", 53], ["bobtail", 29]),
    { front: "b", rear: "b", side: "b" },
  ],
  [
    "a truck under the portal hides the rear of the one ahead",
    trucks(["bobtail", 28], ["bobtail", 12]),
    { front: "a", rear: null, side: "a" },
  ],
  [
    "the rear camera sees the last of two on the scale",
    trucks(["bobtail", 28], ["bobtail", 18]),
    { front: "a", rear: "b", side: "a" },
  ],
];

for (const [name, lane, expected] of SEEN) {
  test(`cameras: ${name}`, () => assert.deepEqual(cameraViews(lane), expected));
}

const LOADS: readonly [string, readonly MovingTruck[], number][] = [
  ["nose on the deck, no axle", trucks(["semi-trailer", 11]), 0],
  ["half a wheel", trucks(["semi-trailer", 11.4]), 800],
  ["front axle", trucks(["semi-trailer", 12]), 1600],
  ["tractor", trucks(["semi-trailer", 17]), 5200],
  ["all axles, tail still outside", trucks(["semi-trailer", 25]), 10_000],
  ["front axle gone", trucks(["semi-trailer", 32]), 8400],
  ["only the trailer left", trucks(["semi-trailer", 38]), 4800],
  ["two at once", trucks(["bobtail", 29], ["bobtail", 20]), 20_000],
];

for (const [name, lane, expected] of LOADS) {
  test(`deck: ${name}`, () => assert.equal(deckLoadKg(lane), expected));
}
