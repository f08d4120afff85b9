import assert from "node:assert/strict";
import { test } from "node:test";

import mqttPacket, { type IPublishPacket, type Packet } from "mqtt-packet";
import type { ProtocolVersion } from "#sync/protocol-version";
import { PublishBatch } from "#sync/publish-batch";
import type { Publication } from "#sync/session";

const PUBLICATIONS: readonly Publication[] = [
  { topic: "gate/v1/huu-nghi/lane-1/event/decision/made", payload: '{"text":"Xe bị giữ – 查验"}' },
  { topic: "t", payload: "", retain: true },
  {
    topic: "gate/v1/huu-nghi/lane-1/health",
    payload: "x".repeat(300),
    contentType: "application/json",
    expirySeconds: 60,
    user: { schema: "gatelane.event/1", seq: "4711", tên: "cửa khẩu" },
  },
  { topic: "evidence", payload: Uint8Array.from({ length: 70_000 }, (_, index) => index), contentType: "image/jpeg" },
  { topic: "just-not-copied", payload: "ă".repeat(9_000) },
  { topic: "copied", payload: new Uint8Array(16_384).fill(7) },
];

for (const protocolVersion of [4, 5] satisfies ProtocolVersion[]) {
  test(`packets of MQTT version ${protocolVersion} say to the library's parser what was published, in order`, () => {
    const written: Uint8Array[] = [];
    const batch = new PublishBatch(protocolVersion, (bytes) => written.push(bytes));
    // More than one piece of memory, with every publication at many places of it.
    const many = Array.from({ length: 300 }, () => PUBLICATIONS).flat();
    for (const [index, publication] of many.entries()) {
      batch.add(publication, index + 1);
      if (index % 7 === 0) batch.flush();
    }
    batch.flush();
    batch.flush();
    const parsed: IPublishPacket[] = [];
    const parser = mqttPacket.parser({ protocolVersion });
    parser.on("packet", (packet: Packet) => parsed.push(packet as IPublishPacket));
    parser.on("error", (error: Error) => assert.fail(error.message));
    for (const bytes of written) parser.parse(Buffer.from(bytes));
    assert.equal(parsed.length, many.length);
    for (const [index, { cmd, qos, topic, payload, retain, messageId, properties }] of parsed.entries()) {
      const publication = many[index];
      assert.ok(publication);
      assert.deepEqual([cmd, qos, messageId], ["publish", 1, index + 1]);
      assert.equal(topic, publication.topic);
      assert.deepEqual(Buffer.from(payload), Buffer.from(publication.payload));
      assert.equal(retain, publication.retain ?? false);
      if (protocolVersion === 4) continue;
      assert.equal(properties?.contentType, publication.contentType);
      assert.equal(properties?.messageExpiryInterval, publication.expirySeconds);
      assert.deepEqual({ ...properties?.userProperties }, publication.user ?? {});
    }
  });
}
