import type { Command } from "commander";
import type { LaneSnapshot } from "#contract/messages";
import { contextOf } from "../context.ts";
import { withExamples } from "../examples.ts";
import type { Output } from "../terminal/output.ts";
import { table } from "../terminal/table.ts";
import { addDeviceBringup } from "./device-bringup.ts";
import { addDeviceLook } from "./device-look.ts";
import { addDeviceProfile } from "./device-profile.ts";
import { deviceRows } from "./device-rows.ts";
import { addDeviceSheet } from "./device-sheet.ts";
import { addDeviceTrust } from "./device-trust.ts";

export function addDevice(program: Command, output: Output): void {
  const device = program.command("device").description("devices of the lane");
  withExamples(device, [
    ["lanectl device list", "every device with its state"],
    ["lanectl device show gate", "everything about one device"],
    ["lanectl device test scale", "whether anything is wrong with it"],
  ]);
  const list = device.command("list").description("every device with its state, its fault and what to look at");
  withExamples(list, [
    ["lanectl device list", "a table"],
    ["lanectl device list --json | jq '.[] | select(.state != \"up\")'", "only those with a fault"],
  ]).action(async () => {
    const { client, show } = await contextOf(list, output);
    show(await client.get<LaneSnapshot["devices"]>("/devices"), (devices) =>
      devices.length === 0 ? "no devices\n" : table(deviceRows(devices, output.colours)),
    );
  });
  addDeviceLook(device, output);
  addDeviceBringup(device, output);
  addDeviceSheet(device, output);
  addDeviceProfile(device, output);
  addDeviceTrust(device, output);
}
