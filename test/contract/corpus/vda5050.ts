/** A message on a vehicle's topic, and whether a lane may act on it. */
export interface VehicleCase {
  readonly name: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly accepted: boolean;
}

const TOPIC = "uagv/v3/maker/serial-1";
const HEADER = {
  headerId: 1,
  timestamp: "2026-05-01T08:00:00.00Z",
  version: "3.0.0",
  manufacturer: "maker",
  serialNumber: "serial-1",
};
const REQUEST = {
  requestId: "r1",
  requestType: "ACCESS",
  zoneSetId: "gate",
  zoneId: "lane-1",
  requestStatus: "REQUESTED",
};
const STATE = {
  ...HEADER,
  zoneRequests: [REQUEST],
  intermediatePath: { polyline: [{ x: 0, y: 0, eta: "2026-05-01T08:01:00Z" }] },
};
const CONNECTION = { ...HEADER, connectionState: "ONLINE" };

const ODD: readonly unknown[] = [null, true, 0, -1, 1e308, "", [], {}, [[]], ["x"], { length: 1 }];
const text = (value: unknown) => Buffer.from(JSON.stringify(value));

export function vehicleCases(): VehicleCase[] {
  return [
    { name: "a state", topic: `${TOPIC}/state`, payload: text(STATE), accepted: true },
    { name: "a connection", topic: `${TOPIC}/connection`, payload: text(CONNECTION), accepted: true },
    ...fields(),
    ...words(),
    ...cuts(),
    ...alien(),
    ...forged(),
  ];
}

/** Each field that counts is missing, or is something else. */
function fields(): VehicleCase[] {
  const cases: VehicleCase[] = [];
  const add = (name: string, topic: string, message: object) =>
    cases.push({ name, topic: `${TOPIC}/${topic}`, payload: text(message), accepted: false });
  for (const key of ["timestamp", "manufacturer", "serialNumber"] as const) {
    const { [key]: _left, ...without } = STATE;
    add(`state without ${key}`, "state", without);
    const { [key]: _out, ...rest } = CONNECTION;
    add(`connection without ${key}`, "connection", rest);
    for (const odd of ODD) {
      add(`state, ${key} is ${JSON.stringify(odd)}`, "state", { ...STATE, [key]: odd });
      // The time of a last will is of the connection's beginning and means nothing: a vehicle is lost all the same.
      if (key === "timestamp" && odd === "") continue;
      add(`connection, ${key} is ${JSON.stringify(odd)}`, "connection", { ...CONNECTION, [key]: odd });
    }
  }
  for (const key of Object.keys(REQUEST) as (keyof typeof REQUEST)[]) {
    const { [key]: _left, ...without } = REQUEST;
    add(`request without ${key}`, "state", { ...STATE, zoneRequests: [without] });
    // An empty type of request is the vehicle's own affair, and is passed over.
    for (const odd of ODD.filter((one) => one !== "" || key !== "requestType")) {
      add(`request, ${key} is ${JSON.stringify(odd)}`, "state", {
        ...STATE,
        zoneRequests: [{ ...REQUEST, [key]: odd }],
      });
    }
  }
  for (const odd of [null, true, 0, "", {}, [null], ["x"], [[]]]) {
    add(`zoneRequests is ${JSON.stringify(odd)}`, "state", { ...STATE, zoneRequests: odd });
  }
  for (const odd of [null, true, 0, "", [], {}, { polyline: {} }, { polyline: [{}] }, { polyline: [{ eta: 5 }] }]) {
    add(`intermediatePath is ${JSON.stringify(odd)}`, "state", { ...STATE, intermediatePath: odd });
  }
  return cases;
}

function words(): VehicleCase[] {
  const times = ["now", "2026-05-01", "2026-05-01T08:00:00", "2026-05-01T08:00:00+07:00", "2026-13-01T08:00:00Z", "0"];
  const long = "x".repeat(200);
  return [
    ...["online", "ON", "CONNECTIONBROKEN", "__proto__", "constructor", " ONLINE"].map((connectionState) => ({
      name: `connectionState ${connectionState}`,
      topic: `${TOPIC}/connection`,
      payload: text({ ...CONNECTION, connectionState }),
      accepted: false,
    })),
    ...times.flatMap((time) => [
      { name: `sent ${time}`, topic: `${TOPIC}/state`, payload: text({ ...STATE, timestamp: time }), accepted: false },
      {
        name: `expected ${time}`,
        topic: `${TOPIC}/state`,
        payload: text({ ...STATE, intermediatePath: { polyline: [{ eta: time }] } }),
        accepted: false,
      },
    ]),
    ...["requestId", "zoneId", "zoneSetId", "requestType"].map((key) => ({
      name: `${key} of 200 characters`,
      topic: `${TOPIC}/state`,
      payload: text({ ...STATE, zoneRequests: [{ ...REQUEST, [key]: long }] }),
      accepted: false,
    })),
    {
      name: "65 requests at once",
      topic: `${TOPIC}/state`,
      payload: text({ ...STATE, zoneRequests: Array.from({ length: 65 }, () => REQUEST) }),
      accepted: false,
    },
  ];
}

function cuts(): VehicleCase[] {
  const whole = text(STATE);
  return Array.from({ length: Math.floor(whole.length / 8) }, (_, index) => ({
    name: `the first ${index * 8} bytes`,
    topic: `${TOPIC}/state`,
    payload: whole.subarray(0, index * 8),
    accepted: false,
  }));
}

function alien(): VehicleCase[] {
  const payloads = [
    "",
    " ",
    "null",
    "true",
    "7",
    '"x"',
    "[]",
    "{}",
    "{",
    "}",
    "\u0000",
    "ST,GS,+0032480kg",
    "<a/>",
    "NaN",
  ];
  return [
    ...payloads.flatMap((payload) =>
      ["state", "connection"].map((topic) => ({
        name: `alien ${JSON.stringify(payload)} on ${topic}`,
        topic: `${TOPIC}/${topic}`,
        payload: Buffer.from(payload),
        accepted: false,
      })),
    ),
    {
      name: "bytes that are no text",
      topic: `${TOPIC}/state`,
      payload: Buffer.from([0xff, 0xfe, 0x7b]),
      accepted: false,
    },
    { name: "300 KB", topic: `${TOPIC}/state`, payload: Buffer.alloc(300_000, 0x20), accepted: false },
    { name: "100,000 brackets", topic: `${TOPIC}/state`, payload: Buffer.alloc(100_000, 0x5b), accepted: false },
  ];
}

/** On a topic of another vehicle, or of another kind. */
function forged(): VehicleCase[] {
  const topics = [
    "uagv/v3/maker/serial-2/state",
    "uagv/v3/other/serial-1/state",
    "uagv/v3/maker/SERIAL-1/state",
    "uagv/v3/serial-1/maker/state",
    "uagv/v3/maker/serial-1/connection",
    "uagv/v3/maker/serial-1/order",
    "uagv/v3/maker/serial-1/",
    "state",
    "",
  ];
  return topics.map((topic) => ({ name: `on ${topic || "no topic"}`, topic, payload: text(STATE), accepted: false }));
}
