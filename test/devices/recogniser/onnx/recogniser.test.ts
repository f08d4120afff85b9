import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp, { type Sharp } from "sharp";
import { LaneError } from "#contract/errors";
import { containerCheckDigit } from "#contract/identifiers";
import type { Recognition, RecognitionTask } from "#contract/reading";
import { boundsOf } from "#devices/recogniser/onnx/geometry";
import { OnnxRecogniser } from "#devices/recogniser/onnx/recogniser";
import { type PaintedLine, paintedJpeg, stored } from "./support.ts";

describe("how often a picture of plates is searched for text", () => {
  let searches = 0;
  const recogniser = new OnnxRecogniser({
    onStage: (stage) => {
      if (stage === "detect") searches++;
    },
  });
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-recogniser-"));
    await recogniser.start();
  });
  after(async () => {
    await recogniser.stop();
    await rm(folder, { recursive: true });
  });

  async function searched(lines: readonly PaintedLine[]): Promise<[searches: number, texts: string[]]> {
    searches = 0;
    const jpeg = await paintedJpeg(1600, 1200, lines);
    const { readings } = await recogniser.read({ ...(await stored(join(folder, "plates.jpg"), jpeg)), task: "plate" });
    return [searches, readings.map((reading) => reading.text)];
  }

  test("again, finer, when there is none", async () => {
    assert.deepEqual(await searched([{ text: "STOP", x: 400, y: 600, size: 90 }]), [2, []]);
  });

  test("again, finer, when one of its plates is cut by the edge", async () => {
    const [times, texts] = await searched([
      { text: "29H-678.90", x: 400, y: 600, size: 90 },
      { text: "51C-123.45", x: -4, y: 300, size: 90 },
    ]);
    assert.equal(times, 2, `found ${texts}`);
    assert.ok(texts.includes("29H67890"), `found ${texts}`);
  });
});

describe("the recogniser on painted pictures", () => {
  const recogniser = new OnnxRecogniser();
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-recogniser-"));
    await recogniser.start();
  });
  after(async () => {
    await recogniser.stop();
    await recogniser.stop();
    await rm(folder, { recursive: true });
  });

  async function read(jpeg: Buffer, task: RecognitionTask): Promise<Recognition> {
    return recogniser.read({ ...(await stored(join(folder, "picture.jpg"), jpeg)), task });
  }
  const painted = async (task: RecognitionTask, lines: readonly PaintedLine[], width = 900, height = 400) =>
    (await read(await paintedJpeg(width, height, lines), task)).readings;

  test("a container number among other markings", async () => {
    const [reading, ...others] = await painted("container", [
      { text: "TGHU 870702 3", x: 200, y: 120, size: 60 },
      { text: "MAX GROSS 30480 KG", x: 200, y: 220, size: 36 },
      { text: "TARE 2230 KG", x: 200, y: 280, size: 36 },
    ]);
    assert.deepEqual(others, []);
    assert.ok(reading?.kind === "container");
    assert.deepEqual([reading.text, reading.check], ["TGHU8707023", "verified"]);
    assert.ok(reading.confidence > 0.8);
    const { left, top, right, bottom } = boundsOf(reading.box);
    assert.ok(left > 100 && left < 220 && right > 640 && right < 800, `from ${left} to ${right}`);
    assert.ok(top > 40 && bottom < 160, `from ${top} to ${bottom}`);
  });

  test("the numbers of two containers on one vehicle", async () => {
    const readings = await painted(
      "container",
      [
        { text: "TGHU 870702 3", x: 60, y: 120, size: 56 },
        { text: "22G1", x: 60, y: 190, size: 56 },
        { text: "MSKU 413532 9", x: 760, y: 130, size: 56 },
        { text: "22G1", x: 760, y: 200, size: 56 },
      ],
      1300,
    );
    assert.deepEqual(
      readings.map((reading) => reading.kind === "container" && `${reading.text} ${reading.check}`).sort(),
      ["MSKU4135329 verified", "TGHU8707023 verified"],
    );
  });

  test("a container number from top to bottom", async () => {
    const column = [..."TGHU8707023"].map((text, i) => ({ text, x: 200, y: 90 + i * 68, size: 56 }));
    const [reading] = await painted("container", column, 460, 900);
    assert.equal(reading?.text, "TGHU8707023");
  });

  test("a container number whose check digit is wrong is not verified", async () => {
    for (const { kind, text, confidence, ...rest } of await painted("container", [
      { text: "TGHU 870702 8", x: 100, y: 200, size: 70 },
    ])) {
      assert.ok(kind === "container" && "check" in rest && rest.check === "inferred", text);
      assert.ok(confidence < 0.6);
    }
  });

  test("a plate on one line and a plate on two", async () => {
    const readings = await painted("plate", [
      { text: "29H-678.90", x: 60, y: 120, size: 60 },
      { text: "12R", x: 600, y: 240, size: 56 },
      { text: "004.56", x: 560, y: 310, size: 56 },
    ]);
    assert.deepEqual(
      readings.map((reading) => reading.kind === "plate" && [reading.text, reading.lines, reading.plateKind]).sort(),
      [
        ["12R00456", 2, "trailer"],
        ["29H67890", 1, "tractor"],
      ],
    );
    assert.ok(readings.every(({ confidence }) => confidence >= 0.6));
  });

  test("nothing where there is nothing", async () => {
    for (const task of ["container", "plate"] as const) {
      assert.deepEqual(await painted(task, []), []);
      assert.deepEqual(await painted(task, [{ text: "MAERSK SEALAND", x: 60, y: 200, size: 80 }]), []);
    }
  });

  test("a picture of one pixel holds nothing", async () => {
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: "#fff" } })
      .jpeg()
      .toBuffer();
    for (const task of ["container", "plate"] as const) {
      const { readings, width, height } = await read(dot, task);
      assert.deepEqual([readings, width, height], [[], 1, 1]);
    }
  });

  const SIGNS: readonly PaintedLine[] = [
    { text: "TGHU 870702 3", x: 60, y: 90, size: 60 },
    { text: "29H-678.90", x: 60, y: 200, size: 60 },
    { text: "12R", x: 600, y: 240, size: 56 },
    { text: "004.56", x: 560, y: 310, size: 56 },
  ];
  const turned = async (turn: (picture: Sharp) => Sharp) =>
    turn(sharp(await paintedJpeg(900, 400, SIGNS)))
      .jpeg({ quality: 92 })
      .toBuffer();

  for (const [name, turn] of [
    ["mirrored, as in a shop window or a puddle,", (picture: Sharp) => picture.flop()],
    ["upside down", (picture: Sharp) => picture.rotate(180)],
  ] as const) {
    test(`numbers ${name} are not read`, async () => {
      const jpeg = await turned(turn);
      for (const task of ["container", "plate"] as const) {
        const solid = (await read(jpeg, task)).readings.filter(({ confidence }) => confidence >= 0.3);
        assert.deepEqual(solid, [], task);
      }
    });
  }

  test("a picture without colours is read like any other", async () => {
    const grey = await turned((picture) => picture.greyscale());
    const texts = async (task: RecognitionTask) => (await read(grey, task)).readings.map(({ text }) => text).sort();
    assert.deepEqual(await texts("container"), ["TGHU8707023"]);
    assert.deepEqual(await texts("plate"), ["12R00456", "29H67890"]);
  });

  test("a number on a banner beside the painted one is told, not chosen between", async () => {
    const readings = await painted("container", [
      { text: "TGHU 870702 3", x: 60, y: 120, size: 60 },
      { text: "MSKU 413532 9", x: 60, y: 300, size: 60 },
    ]);
    assert.deepEqual(readings.map(({ text }) => text).sort(), ["MSKU4135329", "TGHU8707023"]);
  });

  test("a number on a screen beside the painted one is told, too", async () => {
    const picture = await paintedJpeg(1280, 720, [
      { text: "TGHU 870702 3", x: 60, y: 120, size: 60 },
      { text: "MSKU 413532 9", x: 520, y: 500, size: 48 },
    ]);
    // The picture elements of the screen and its frame.
    const dots = '<pattern id="p" width="3" height="3" patternUnits="userSpaceOnUse"><path d="M0 0H3V1H0Z"/></pattern>';
    const area = 'x="480" y="420" width="560" height="140"';
    const screen = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><defs>${dots}</defs><rect ${area} fill="url(#p)" opacity="0.5"/><rect ${area} fill="none" stroke="#000" stroke-width="14"/></svg>`;
    const jpeg = await sharp(picture)
      .composite([{ input: Buffer.from(screen) }])
      .jpeg({ quality: 90 })
      .toBuffer();
    const { readings } = await read(jpeg, "container");
    assert.deepEqual(readings.map(({ text }) => text).sort(), ["MSKU4135329", "TGHU8707023"]);
  });

  test("of twenty containers some are named, each of them right", async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => {
      const firstTen = `TGHU${String(870_702 + 4_111 * index)}`;
      return `${firstTen}${containerCheckDigit(firstTen)}`;
    });
    const lines = numbers.map((text, index) => ({
      text: `${text.slice(0, 4)} ${text.slice(4, 10)} ${text.slice(10)}`,
      x: 40 + 640 * (index % 3),
      y: 90 + 140 * Math.floor(index / 3),
      size: 52,
    }));
    const readings = await painted("container", lines, 1920, 1080);
    const verified = readings.flatMap((one) =>
      one.kind === "container" && one.check === "verified" ? [one.text] : [],
    );
    assert.ok(verified.length > 1, "one alone would hide that there are others");
    assert.deepEqual(
      verified.filter((text) => !numbers.includes(text)),
      [],
    );
    assert.ok(readings.length <= 4);
  });

  test("the same picture gives the same reading", async () => {
    const jpeg = await paintedJpeg(900, 400, [{ text: "29H-678.90", x: 60, y: 120, size: 60 }]);
    const [first, second] = [await read(jpeg, "plate"), await read(jpeg, "plate")];
    assert.deepEqual({ ...first, elapsedMs: 0 }, { ...second, elapsedMs: 0 });
  });
});

test("a recogniser that was not started refuses", async () => {
  const request = { jpegPath: "none.jpg", sha256: "0".repeat(64), task: "plate" as const };
  await assert.rejects(
    new OnnxRecogniser().read(request),
    (error) => error instanceof LaneError && error.code === "VISION_DOWN",
  );
});
