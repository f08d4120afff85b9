import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { devicesOf } from "#config/lane-config";
import { loadLaneConfig } from "#config/load-lane-config";
import { issuesOf, temporaryFolder, write, writeReferencedFiles } from "./lane-folder.ts";

const folder = temporaryFolder();
writeReferencedFiles(folder);
const EXAMPLE = readFileSync(new URL("../../config/examples/lane-rtu-serial.yaml", import.meta.url), "utf8").replace(
  "../policies/standard.yaml",
  "./policy.yaml",
);
const lane = (change: (text: string) => string) => write(folder, "lane.yaml", change(EXAMPLE));

describe("a lane on serial lines", () => {
  it("the example is sound, and every device of it is known", () => {
    const config = loadLaneConfig(lane((text) => text));
    assert.deepEqual(
      devicesOf(config).map(({ id, class: deviceClass, home }) => [id, deviceClass, home]),
      [
        ["gate", "gate", "control"],
        ["scale", "weighbridge", "control"],
        ["front", "camera", "edge"],
        ["side", "camera", "edge"],
        ["tags", "id-reader", "edge"],
        ["codes", "id-reader", "edge"],
        ["seals", "seal-reader", "edge"],
      ],
    );
    assert.equal(config.gate.options["settleMs"], 1000);
  });

  it("refuses two devices with one unit id on one line, and two that talk on one line", () => {
    const scale = (unit: number) => (text: string) =>
      text
        .replace("driver: ascii-weighbridge", "driver: modbus-rtu-weighbridge")
        .replace(
          /line: tcp:\/\/127.0.0.1:14001.*/,
          `line: /dev/ttyS0\n    baudRate: 115200\n    parity: even\n    unit: ${unit}`,
        )
        .replace(/ {4}format: and-18\n/, "");
    assert.deepEqual(
      issuesOf(() => loadLaneConfig(lane(scale(2)))),
      [],
    );
    assert.match(issuesOf(() => loadLaneConfig(lane(scale(1))))[0]?.value ?? "", /same address as gate/);
    const twice = issuesOf(() => loadLaneConfig(lane((text) => text.replace(":14003", ":14002"))));
    assert.match(twice[0]?.value ?? "", /same address as tags/);
  });

  it("refuses a device that talks by itself on the line of one that answers by Modbus RTU", () => {
    for (const talker of ["scale", "codes"]) {
      const onGateLine = (text: string) =>
        text.replace(talker === "scale" ? /line: tcp:\/\/127.0.0.1:14001/ : "line: /dev/ttyS1", "line: /dev/ttyS0");
      const issues = issuesOf(() => loadLaneConfig(lane(onGateLine)));
      assert.deepEqual(
        issues.map(({ path }) => path),
        [`devices.${talker}.line`],
      );
      assert.match(issues[0]?.value ?? "", /on the line of gate, which answers by Modbus RTU, and talks by itself/);
    }
  });

  it("refuses devices on one line that do not agree about the port", () => {
    const shared = (text: string) =>
      text
        .replace("driver: ascii-weighbridge", "driver: modbus-rtu-weighbridge")
        .replace(
          /line: tcp:\/\/127.0.0.1:14001.*/,
          "line: /dev/ttyS0\n    baudRate: 115200\n    parity: even\n    unit: 2\n    stopBits: 2",
        )
        .replace(/ {4}format: and-18\n/, "");
    const issues = issuesOf(() => loadLaneConfig(lane(shared)));
    assert.deepEqual(
      issues.map(({ path, value, expected }) => [path, value, expected]),
      [["devices.scale.stopBits", "2", "1 as gate has it on the same line"]],
    );
  });

  it("refuses a line that is none", () => {
    const [issue] = issuesOf(() => loadLaneConfig(lane((text) => text.replace("line: /dev/ttyS1", "line: COM1"))));
    assert.equal(issue?.path, "devices.codes.line");
  });
});
