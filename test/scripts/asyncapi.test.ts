import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { laneTopics } from "#contract/upstream";
import { readText } from "../tidy/files.ts";

interface AsyncApi {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, { address: string; parameters: Record<string, { description: string }> }>>;
  readonly operations: Readonly<Record<string, { action: string; channel: { $ref: string } }>>;
  readonly components: { readonly messages: Readonly<Record<string, Record<string, unknown>>> };
}

const page: AsyncApi = parse(readText("docs/asyncapi.yaml"));

/** Every reference in a value. */
function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === "$ref" ? [String(inner)] : references(inner)));
}

test("every topic of a lane is a channel, and every channel is a topic of a lane", () => {
  assert.equal(page.asyncapi, "3.0.0");
  const { event, evidence, outcome, ...others } = laneTopics("{site}", "{lane}");
  const topics = [event("{group}/{kind}"), evidence("{sha256}"), outcome("{id}"), ...Object.values(others)];
  assert.deepEqual(
    Object.values(page.channels)
      .map(({ address }) => address.replace("{name}", "+"))
      .sort(),
    topics.sort(),
  );
  for (const { address, parameters } of Object.values(page.channels)) {
    const named = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(Object.keys(parameters), named);
    for (const { description } of Object.values(parameters)) assert.ok(description.length > 0);
  }
});

test("every reference leads somewhere, and every schema compiles", () => {
  const ajv = new Ajv({ strict: true });
  const files = new Set<string>();
  for (const reference of references(page)) {
    if (reference.startsWith("./")) files.add(reference);
    else {
      const found = reference
        .slice(2)
        .split("/")
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], page);
      assert.ok(found !== undefined, reference);
    }
  }
  assert.equal(files.size, 12);
  for (const file of files) ajv.compile(JSON.parse(readText(`docs/${file.slice(2)}`)));
});

test("the page for central operations names every topic that there is", () => {
  const text = readText("docs/for-central-operations.md");
  const { event, evidence, outcome, ...others } = laneTopics("{site}", "{lane}");
  const topics = [event("{group}/{kind}"), evidence("{sha256}"), outcome("{id}"), ...Object.values(others)];
  for (const topic of topics) {
    const short = topic.replace("gate/v1/{site}/{lane}/", "").replace("+", "{name}");
    assert.ok(text.includes(`\`${short}\``), short);
  }
});

test("the published schema is the one that the code checks: an example of an event fits it", () => {
  const fits = new Ajv({ strict: true }).compile(JSON.parse(readText("docs/schemas/event.schema.json")));
  const hash = "a".repeat(64);
  const event = {
    schema: "gatelane.event/1",
    site: "huu-nghi",
    lane: "lane-1",
    seq: 1,
    utc: "2026-01-05T07:12:09.415Z",
    utcMs: 1_767_597_129_415,
    monotonicMs: 1.5,
    boot: "b",
    type: "lane.started",
    passage: null,
    data: {},
    prevHash: hash,
    hash,
  };
  assert.ok(fits(event), JSON.stringify(fits.errors));
  assert.equal(fits({ ...event, seq: 0 }), false);
  assert.equal(fits({ ...event, more: 1 }), false);
});
