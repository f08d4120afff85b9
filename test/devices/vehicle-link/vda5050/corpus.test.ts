import assert from "node:assert/strict";
import { test } from "node:test";
import { isLaneError } from "#contract/errors";
import { readMessage } from "#devices/vehicle-link/vda5050/messages";
import { vehicleCases } from "../../../contract/corpus/vda5050.ts";

test("every one of 200 hostile messages of vehicles is refused by name, and good ones are not", () => {
  const cases = vehicleCases();
  assert.ok(cases.length >= 200, `${cases.length} cases`);
  const failed = cases.flatMap(({ name, topic, payload, accepted }) => {
    try {
      readMessage(topic, payload);
      return accepted ? [] : [`${name}: accepted`];
    } catch (error) {
      assert.ok(isLaneError(error) && error.code.startsWith("MESSAGE_"), `${name}: ${error}`);
      return accepted ? [`${name}: ${error.message}`] : [];
    }
  });
  assert.deepEqual(failed, []);
});
