import { stringify } from "yaml";
import { laneTopics } from "#contract/upstream";

interface Channel {
  readonly address: string;
  readonly from: "lane" | "operations";
  readonly summary: string;
  readonly schema?: string;
  /** Schema of what is signed; on the wire it stands inside a JWS. */
  readonly signed?: string;
  readonly retained: boolean;
}

const topics = laneTopics("{site}", "{lane}");
const PARAMETERS: Readonly<Record<string, string>> = {
  site: "The gate, as in the lane's configuration",
  lane: "The lane, unique at its site",
  group: "First half of the entry's type: `decision` of `decision.made`",
  kind: "Second half of the entry's type: `made` of `decision.made`",
  sha256: "SHA-256 of the picture, 64 lower-case hexadecimal digits",
  name: "What is wished, as in the signed content: `open`",
  id: "Id of the command",
};

const CHANNELS: Readonly<Record<string, Channel>> = {
  status: {
    address: topics.status,
    from: "lane",
    summary: "Birth and death. The broker publishes the death itself (will) when the connection breaks",
    schema: "status",
    retained: true,
  },
  event: {
    address: topics.event("{group}/{kind}"),
    from: "lane",
    summary: "One journal entry. Backlog and new entries each come in `seq` order, side by side; any may come again",
    schema: "event",
    retained: false,
  },
  snapshot: {
    address: topics.snapshot,
    from: "lane",
    summary: "What the lane looks like now, when it changes and once a minute",
    schema: "snapshot",
    retained: true,
  },
  health: {
    address: topics.health,
    from: "lane",
    summary: "How the lane is, every 10 seconds",
    schema: "health",
    retained: true,
  },
  evidence: {
    address: topics.evidence("{sha256}"),
    from: "lane",
    summary: "An original picture (JPEG) that a journal entry names by this hash; after the entries, at a limited rate",
    retained: false,
  },
  ack: {
    address: topics.ack,
    from: "operations",
    summary: "Operations have stored every entry up to this one: the lane may forget them",
    signed: "ack",
    retained: true,
  },
  replay: {
    address: topics.replay,
    from: "operations",
    summary: "Send these entries, and the pictures that they name, again. Never retained",
    signed: "replay",
    retained: false,
  },
  clearanceSnapshot: {
    address: topics.clearanceSnapshot,
    from: "operations",
    summary: "The whole clearance list of the site",
    signed: "clearance-snapshot",
    retained: true,
  },
  clearanceDelta: {
    address: topics.clearanceDelta,
    from: "operations",
    summary: "Changes to the clearance list, each one version on. Never retained",
    signed: "clearance-delta",
    retained: false,
  },
  command: {
    address: topics.command.replace("+", "{name}"),
    from: "operations",
    summary:
      "An order to the lane, carried out once, through the same rules and interlock as at the lane. Never retained",
    signed: "command",
    retained: false,
  },
  outcome: {
    address: topics.outcome("{id}"),
    from: "lane",
    summary: "What became of an order that one of our keys has signed, read back from the hardware",
    schema: "outcome",
    retained: false,
  },
  uses: {
    address: topics.uses,
    from: "lane",
    summary: "Which clearances a lane uses, for the other lanes of the site; signed with the key of the lane",
    signed: "uses",
    retained: false,
  },
};

const reference = (schema: string) => ({ $ref: `./schemas/${schema}.schema.json` });

function channel({ address, summary, retained }: Channel, key: string): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  return {
    address,
    description: summary,
    parameters: Object.fromEntries(names.map((name) => [name, { description: PARAMETERS[name] }])),
    messages: { [key]: { $ref: `#/components/messages/${key}` } },
    "x-retained": retained,
  };
}

function message({ schema, signed, summary }: Channel): object {
  if (signed !== undefined) {
    return {
      summary,
      contentType: "application/json",
      payload: reference("signed"),
      "x-signed-content": reference(signed),
    };
  }
  if (schema === undefined)
    return { summary, contentType: "image/jpeg", payload: { type: "string", format: "binary" } };
  return { summary, contentType: "application/json", payload: reference(schema) };
}

function operation({ from, summary, retained }: Channel, key: string): object {
  return {
    action: from === "lane" ? "send" : "receive",
    channel: { $ref: `#/channels/${key}` },
    summary,
    bindings: { mqtt: { qos: 1, retain: retained } },
  };
}

const each = (make: (one: Channel, key: string) => object) =>
  Object.fromEntries(Object.entries(CHANNELS).map(([key, one]) => [key, make(one, key)]));

/** docs/asyncapi.yaml: the lane's side of the conversation with central operations, as AsyncAPI 3. */
export function asyncApiPage(): string {
  const document = {
    asyncapi: "3.0.0",
    info: {
      title: "Gatelane: one lane and central operations",
      version: "1.0.0",
      description: [
        "Seen from the lane: it sends what a lane publishes and receives what operations publish.",
        "MQTT 3.1.1 or 5, QoS 1 everywhere. docs/for-central-operations.md tells the story.",
        "Generated from the contract by `node scripts/run.js scripts/generate-docs.ts`.",
      ].join("\n"),
    },
    defaultContentType: "application/json",
    servers: {
      broker: {
        host: "{broker}",
        protocol: "secure-mqtt",
        description: "Any MQTT broker or cluster",
        variables: { broker: { description: "Host and port", default: "operations.example:8883" } },
      },
    },
    channels: each(channel),
    operations: each(operation),
    components: { messages: each(message) },
  };
  return stringify(document, { lineWidth: 118, aliasDuplicateObjects: false });
}
