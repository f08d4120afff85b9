import assert from "node:assert/strict";
import type { Recogniser } from "#contract/device";
import { type ErrorCode, isLaneError } from "#contract/errors";
import type { Recognition, RecognitionTask } from "#contract/reading";
import type { Check, Measured, Need, Rig } from "../check.ts";

/** A picture and what is written in it; undefined for a picture without a number. */
export interface BenchPicture {
  readonly jpegPath: string;
  readonly sha256: string;
  readonly task: RecognitionTask;
  readonly shows: string | undefined;
}

export type BrokenPicture = "no-jpeg" | "cut-short" | "other-hash" | "too-many-pixels" | "absent";

export interface RecogniserRig extends Rig {
  /** Started, where a recogniser is. */
  readonly recogniser: Recogniser;
  /** Clean pictures: a plate, a container number and an empty lane for each task. */
  readonly pictures: readonly BenchPicture[];
  broken(kind: BrokenPicture): Promise<Omit<BenchPicture, "shows">>;
}

type Body = (rig: RecogniserRig, measured: Measured) => Promise<void>;
const check = (name: string, needs: readonly Need[], run: Body): Check<RecogniserRig> => ({
  name,
  about: "recogniser",
  needs,
  run,
});

const texts = ({ readings }: Recognition): readonly string[] => readings.map(({ text }) => text);
const withoutTime = ({ readings, modelHash, width, height }: Recognition) => ({ readings, modelHash, width, height });

/** Confidences within 0..1, boxes inside the picture, and the hash of the models that read it. */
function inBounds({ readings, modelHash, width, height }: Recognition): void {
  assert.match(modelHash, /^[0-9a-f]{64}$/);
  for (const { confidence, box, alternatives } of readings) {
    assert.ok(confidence >= 0 && confidence <= 1, `confidence ${confidence}`);
    assert.ok(alternatives.flat().every(({ probability }) => probability >= 0 && probability <= 1));
    assert.ok(box.every(([x, y]) => x >= 0 && y >= 0 && x <= width && y <= height));
  }
}

const BROKEN: readonly (readonly [BrokenPicture, ErrorCode])[] = [
  ["no-jpeg", "IMAGE_INVALID"],
  ["cut-short", "IMAGE_INVALID"],
  ["other-hash", "IMAGE_INVALID"],
  ["too-many-pixels", "IMAGE_TOO_LARGE"],
  ["absent", "IMAGE_INVALID"],
];

/** What every recogniser must do. How well it reads real photographs is measured elsewhere (npm run bench -- vision). */
export const RECOGNISER_CHECKS: readonly Check<RecogniserRig>[] = [
  check(
    "reads a clean plate and a clean container number, nothing else, and says how sure it is",
    [],
    async (rig, measured) => {
      for (const picture of rig.pictures.filter(({ shows }) => shows !== undefined)) {
        const recognition = await rig.recogniser.read(picture);
        assert.deepEqual(texts(recognition), [picture.shows], picture.task);
        measured(`reading a ${picture.task}`, recognition.elapsedMs, "ms");
        inBounds(recognition);
      }
    },
  ),

  check("reads nothing where nothing is written", [], async (rig) => {
    for (const picture of rig.pictures.filter(({ shows }) => shows === undefined)) {
      assert.deepEqual(texts(await rig.recogniser.read(picture)), [], picture.task);
    }
  }),

  check(
    "answers two pictures asked at once, each with its own, and makes the same of the same one",
    [],
    async (rig) => {
      const [picture, other] = rig.pictures;
      assert.ok(picture !== undefined && other !== undefined);
      const [first, second, third] = await Promise.all(
        [picture, other, picture].map((one) => rig.recogniser.read(one)),
      );
      assert.ok(first !== undefined && second !== undefined && third !== undefined);
      assert.deepEqual(texts(second), [other.shows]);
      assert.deepEqual(withoutTime(third), withoutTime(first));
    },
  ),

  ...BROKEN.map(([kind, code]) =>
    check(`refuses a picture that is ${kind} with ${code}`, [], async (rig) => {
      await assert.rejects(rig.recogniser.read(await rig.broken(kind)), (error) => isLaneError(error, code));
    }),
  ),
];
