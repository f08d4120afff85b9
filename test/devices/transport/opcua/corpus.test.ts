import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DISCRETE_INPUTS } from "#devices/gate/modbus/register-table";
import { forStation, imageOf, loadGateNodes } from "#devices/gate/opcua/profile";
import type { NodeValue } from "#devices/transport/opcua/values";
import { measurementOf, WEIGHT_NODES, type WeightNode } from "#devices/weighbridge/opcua/scale-model";
import { NO_BOOLEAN, NO_NUMBER, NO_QUALITY } from "../../../contract/corpus/opcua.ts";

const SCALE = { ids: [...WEIGHT_NODES], names: WEIGHT_NODES, unitKg: 1, register: undefined };
const GOOD: Readonly<Record<WeightNode, unknown>> = {
  WeightStable: true,
  InsideZero: false,
  Overload: false,
  Underload: false,
  LegalForTrade: true,
  Gross: 32_480,
};

function weigh(changes: Partial<Record<WeightNode, unknown>>, status = "Good") {
  const values = WEIGHT_NODES.map((name): NodeValue => {
    const changed = name in changes;
    const value = changed ? changes[name] : GOOD[name];
    return { value: value ?? undefined, status: changed ? status : "Good", sourceUtc: 0 };
  });
  return measurementOf(SCALE, values, true);
}

describe("hostile values of OPC UA servers", () => {
  let cases = 0;
  it("weights: none of them is a weight", () => {
    assert.equal(weigh({}).kind, "weight");
    for (const name of WEIGHT_NODES) {
      for (const odd of name === "Gross" ? NO_NUMBER : NO_BOOLEAN) {
        cases += 1;
        assert.notEqual(weigh({ [name]: odd.value }).kind, "weight", `${name} is ${odd.name}`);
      }
      for (const status of NO_QUALITY) {
        cases += 1;
        assert.notEqual(weigh({ [name]: undefined }, status).kind, "weight", `${name} is ${status}`);
      }
    }
  });

  it("inputs: none of them is an image", async () => {
    for (const profile of ["generic", "packed-word"]) {
      const nodes = forStation(await loadGateNodes(profile), "Gate");
      const resting = (node: string) => {
        const packed = DISCRETE_INPUTS.some(
          (name) => nodes.inputs[name].node === node && nodes.inputs[name].bit !== undefined,
        );
        return packed ? 0 : false;
      };
      assert.ok("inputs" in imageOf(nodes, resting));
      for (const node of new Set(DISCRETE_INPUTS.map((name) => nodes.inputs[name].node))) {
        const packed = typeof resting(node) === "number";
        const odd = packed
          ? [...NO_NUMBER, { name: "a fraction", value: 1.5 }, { name: "minus one", value: -1 }]
          : NO_BOOLEAN;
        for (const { name, value } of odd) {
          cases += 1;
          const image = imageOf(nodes, (one) => (one === node ? value : resting(one)));
          assert.ok("missing" in image, `${node} is ${name}`);
        }
      }
    }
  });

  it("200 of them and more", () => assert.ok(cases >= 200, `${cases} cases`));
});
