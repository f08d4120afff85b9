import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { type CameraView, renderEmptyLane, renderScene, type SceneDescription } from "#bench/scene/scene";
import { greyValues, traceOfIdentity } from "./pixels.ts";

const VIEWS: readonly CameraView[] = ["front", "rear", "side"];

/** The same vehicle with two different identities, as the given camera sees it. */
function pair(view: CameraView, change: Partial<SceneDescription>): [SceneDescription, SceneDescription] {
  const common = { view, seed: 3, container: "MSKU4135329", ...change };
  if (view === "side") return [common, { ...common, container: "TGBU7083337" }];
  return view === "front"
    ? [
        { ...common, plate: "12C12345" },
        { ...common, plate: "98D67890" },
      ]
    : [
        { ...common, plate: "12R12345" },
        { ...common, plate: "98R67890" },
      ];
}

/** Pictures are costly: a result that several tests need is made once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

for (const view of VIEWS) {
  const [description] = pair(view, { weather: "rain", dirt: 0.3 });
  const picture = once(() => renderScene(description));

  test(`${view}: a JPEG of 1280 x 720`, async () => {
    const { format, width, height, channels } = await sharp(await picture()).metadata();
    assert.deepEqual({ format, width, height, channels }, { format: "jpeg", width: 1280, height: 720, channels: 3 });
  });

  test(`${view}: equal descriptions give equal bytes, another seed another picture`, async () => {
    assert.deepEqual(await renderScene({ ...description }), await picture());
    assert.notDeepEqual(await renderScene({ ...description, seed: 4 }), await picture());
  });

  test(`${view}: the empty lane is not a lane with a vehicle`, async () => {
    const empty = await greyValues(await renderEmptyLane(view, description.seed));
    const occupied = await greyValues(await picture());
    const changed = occupied.filter((value, index) => Math.abs(value - (empty[index] ?? 0)) > 40).length;
    assert.ok(changed > 0.1 * empty.length, `${changed} of ${empty.length} pixels differ`);
  });

  const clean = once(() => traceOfIdentity(...pair(view, {})));

  test(`${view}: the identity is there to be read`, async () => {
    const trace = await clean();
    assert.ok(trace > 250, `${trace} pixels carry the identity`);
  });

  test(`${view}: the identity is there to be read in a foggy night`, async () => {
    const trace = await traceOfIdentity(...pair(view, { night: true, weather: "fog", dirt: 0.2 }));
    assert.ok(trace > 200, `${trace} pixels carry the identity`);
  });

  for (const change of [{ glare: 1 }, { blur: 1 }, { dirt: 1 }] as const) {
    test(`${view}: the identity cannot be read with ${JSON.stringify(change)}`, async () => {
      const spoiled = await traceOfIdentity(...pair(view, change));
      assert.ok(spoiled < (await clean()) * 0.08, `${spoiled} of ${await clean()} pixels still carry the identity`);
    });
  }
}

test("a vehicle has the colours that were asked for", async () => {
  const picture = await renderScene({ view: "side", seed: 1, container: "MSKU4135329", containerColour: "#c01010" });
  const middle = { left: 300, top: 250, width: 60, height: 60 };
  const { channels } = await sharp(await sharp(picture).extract(middle).png().toBuffer()).stats();
  const [red = 0, green = 0, blue = 0] = channels.map(({ mean }) => mean);
  assert.ok(red > 2 * green && red > 2 * blue, `mean colour ${red}, ${green}, ${blue}`);
});

const REFUSED: readonly [string, Partial<SceneDescription>, RegExp][] = [
  ["dirt", { dirt: 1.01 }, /dirt lies between 0 and 1, not 1.01/],
  ["blur", { blur: -0.1 }, /blur lies between 0 and 1/],
  ["glare that is no number", { glare: Number.NaN }, /glare lies between 0 and 1, not NaN/],
  ["yaw", { yawDegrees: -11 }, /yawDegrees lies between -10 and 25/],
  ["pitch", { pitchDegrees: 26 }, /pitchDegrees/],
  ["roll", { rollDegrees: 16 }, /rollDegrees/],
  ["a wrong check digit", { container: "MSKU4135328" }, /check digit/],
  ["a colour by name", { containerColour: "red" }, /#rrggbb, not "red"/],
  ["a character no font has", { plate: "12C\u{10FFFF}" }, /no font has the character/],
];

for (const [name, change, message] of REFUSED) {
  test(`refuses ${name}`, async () => {
    await assert.rejects(renderScene({ view: "front", seed: 1, ...change }), (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  });
}
