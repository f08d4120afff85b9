import assert from "node:assert/strict";
import { test } from "node:test";
import { isLaneError } from "#contract/errors";
import { platesIn } from "#devices/transport/onvif/plates";
import { readEnvelope } from "#devices/transport/onvif/soap";
import { childrenNamed, type XmlElement } from "#devices/transport/onvif/xml";
import { onvifCases } from "../../../contract/corpus/onvif.ts";

const EVENTS = "http://www.onvif.org/ver10/events/wsdl";

/** The plates in a document, none when it is refused with one of the codes of the wire. */
function platesOf(document: string): readonly string[] {
  let body: XmlElement;
  try {
    body = readEnvelope(document);
  } catch (error) {
    assert.ok(isLaneError(error) && /^DEVICE_(PROTOCOL|AUTH|EXCEPTION)$/.test(error.code), String(error));
    return [];
  }
  return childrenNamed(body, EVENTS, "PullMessagesResponse").flatMap((one) =>
    platesIn(one).plates.map(({ plate }) => plate),
  );
}

test("every one of 200 hostile answers of a camera is the plate that it is, or none", () => {
  const cases = onvifCases();
  assert.ok(cases.length >= 200, `${cases.length} cases`);
  const failed = cases.flatMap(({ name, document, plate }) => {
    const found = platesOf(document);
    const expected = plate === undefined ? [] : [plate];
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${name}: ${found} instead of ${expected}`];
  });
  assert.deepEqual(failed, []);
  assert.ok(cases.filter(({ plate }) => plate !== undefined).length >= 10, "and good ones are among them");
});
