import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenCaptures } from "#daemon/open-captures";

const asked = (captureId: string, camera: string) =>
  ({ type: "capture", captureId, passage: "P000001", camera, task: "plate" }) as const;
const lost = (captureId: string, camera: string) =>
  ({ type: "capture-failed", captureId, passage: "P000001", camera, code: "OFFLINE", detail: "gone" }) as const;

test("what was asked and not answered fails, once", () => {
  const captures = new OpenCaptures();
  captures.asked(asked("P000001-1", "front"));
  captures.asked(asked("P000001-2", "side"));
  captures.asked({ type: "journal-head", seq: 7 });
  captures.answered(lost("P000001-1", "front"));
  captures.answered({ type: "link", up: true, detail: "" });
  assert.deepEqual(captures.fail("gone"), [lost("P000001-2", "side")]);
  assert.deepEqual(captures.fail("gone"), []);
});
