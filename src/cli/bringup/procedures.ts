import type { DeviceView } from "#edge/devices/device-view";
import { gateProcedure } from "./procedure-gate.ts";
import type { Procedure, Step } from "./step.ts";

const weighbridge: Procedure = () => [
  { kind: "self-test", id: "at-rest", title: "weighbridge at rest" },
  {
    kind: "steady",
    id: "zero",
    title: "zero of the empty deck",
    instruction: "Sweep the deck; nobody stands on it. Wait.",
    ms: 3000,
  },
  {
    kind: "weigh",
    id: "known-weight",
    title: "known weight",
    instruction: "Now drive a vehicle of known weight onto the deck, or set test weights on it, and stop the engine.",
  },
  {
    kind: "see",
    id: "back-to-zero",
    title: "zero after the load",
    instruction: "Drive it off again.",
    value: "atZero",
    on: true,
    already: true,
    follows: true,
  },
  { kind: "steady", id: "zero-again", title: "zero holds", instruction: "Wait.", ms: 3000, follows: true },
];

const camera: Procedure = ({ options }) => [
  { kind: "self-test", id: "pictures", title: "two fresh pictures" },
  {
    kind: "confirm",
    id: "right-camera",
    title: "right camera",
    question: "Is this the place this camera is named after?",
  },
  {
    kind: "confirm",
    id: "sharp",
    title: "sharp and whole",
    question: `Is the ${options["task"] === "container" ? "container number" : "plate"} of a vehicle there wholly in it, sharp and upright?`,
  },
  ...(options["plateEvents"] === true ? [onboardPlate] : []),
];

const onboardPlate: Step = {
  kind: "word",
  id: "onboard-plate",
  title: "plate read by the camera itself",
  instruction: "Drive a vehicle past the camera.",
  value: "plate",
  question: "Is this its plate?",
};

const idReader: Procedure = ({ options }) => {
  const what = options["kind"] === "code" ? "code" : "tag";
  const title = `a ${what} is read`;
  return [
    { kind: "self-test", id: "link", title: "link" },
    {
      kind: "word",
      id: "read",
      title,
      instruction: `Hold a known ${what} before the reader.`,
      value: what,
      question: `Is this what the ${what} holds?`,
    },
  ];
};

const sealReader: Procedure = () => [
  { kind: "self-test", id: "link", title: "link" },
  {
    kind: "word",
    id: "read",
    title: "a seal is heard",
    instruction: "Bring a known seal near.",
    value: "seal",
    question: "Are number and state right?",
  },
];

const vehicleLink: Procedure = () => [
  { kind: "self-test", id: "link", title: "link to the broker of the fleet" },
  {
    kind: "word",
    id: "request",
    title: "a vehicle asks for the lane",
    instruction: "Have a vehicle of the fleet ask for this lane. It is told to wait.",
    value: "vehicle",
    question: "Is this the vehicle?",
  },
];

const recogniser: Procedure = () => [{ kind: "self-test", id: "link", title: "recognition is running" }];

const PROCEDURES: Readonly<Record<DeviceView["class"], Procedure>> = {
  gate: gateProcedure,
  weighbridge,
  camera,
  recogniser,
  "id-reader": idReader,
  "seal-reader": sealReader,
  "vehicle-link": vehicleLink,
};

/** The steps that bring this device into service. */
export const stepsFor = (device: DeviceView): readonly Step[] => PROCEDURES[device.class](device);
