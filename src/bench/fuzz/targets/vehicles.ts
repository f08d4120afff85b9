import { isLaneError } from "#contract/errors";
import { readMessage } from "#devices/vehicle-link/vda5050/messages";
import { type FuzzTarget, must } from "../target.ts";

const TOPIC = "uagv/v3/maker/serial-1/";
const HEADER =
  '"headerId":1,"timestamp":"2026-05-01T08:00:00.00Z","version":"3.0.0","manufacturer":"maker","serialNumber":"serial-1"';

/** The first character of an input says which topic it comes on. */
export const vehicleMessages: FuzzTarget = {
  name: "vda5050-messages",
  seeds: [
    Buffer.from(`c{${HEADER},"connectionState":"ONLINE"}`),
    Buffer.from(
      `s{${HEADER},"zoneRequests":[{"requestId":"r1","requestType":"ACCESS","zoneId":"lane-1","requestStatus":"REQUESTED"}]}`,
    ),
  ],
  maxBytes: 20_000,
  run: (input) => {
    const topic = `${TOPIC}${input[0] === 0x63 ? "connection" : "state"}`;
    try {
      const message = readMessage(topic, input.subarray(1));
      must(message.vehicle === "maker/serial-1", `a message of ${message.vehicle}`);
    } catch (error) {
      if (!isLaneError(error) || !error.code.startsWith("MESSAGE_")) throw error;
    }
  },
};
