import { decodeInputs, inputBlockOf, loadGateProfile } from "#devices/gate/modbus/profile";
import { MBAP_MAX_LENGTH, MBAP_PREFIX_BYTES } from "#devices/transport/modbus/protocol";
import { ReplyGuard } from "#devices/transport/modbus/reply-guard";
import { firstRequest, RTU_FRAMING } from "#devices/transport/modbus/rtu/frames";
import { RtuReplyGuard } from "#devices/transport/modbus/rtu/reply-guard";
import { blockOf, loadProfile, profileNames } from "#devices/weighbridge/modbus/profile";
import { decodeReply } from "#devices/weighbridge/modbus/registers";
import type { Random } from "../../scene/random.ts";
import { type FuzzTarget, must } from "../target.ts";

const EXPECTED = { unit: 1, functionCode: 4, body: { byteCount: 8 } } as const;
const PDU = [4, 8, 0, 0b11011, 0, 0, 0x7e, 0xe0, 0x12, 0x34];
const RTU_REPLY = Buffer.from(RTU_FRAMING.seal(Buffer.of(1, ...PDU)));
const RTU_REFUSAL = Buffer.from(RTU_FRAMING.seal(Buffer.of(1, 0x84, 6)));

/** Feeds a stream in pieces until the first fault. Returns how many bytes were taken without one. */
function feed(input: Buffer, random: Random, accept: (chunk: Buffer) => string | undefined): number {
  let at = 0;
  while (at < input.length) {
    const to = Math.min(input.length, at + random.integer(1, 24));
    const fault = accept(input.subarray(at, to));
    must(fault === undefined || (fault !== "" && fault.length < 200), "a fault says what is wrong, briefly");
    if (fault !== undefined) return at;
    at = to;
  }
  return at;
}

const tcpReplies: FuzzTarget = {
  name: "modbus-tcp-reply",
  seeds: [Buffer.of(0, 1, 0, 0, 0, 11, 1, ...PDU), Buffer.of(0, 1, 0, 0, 0, 3, 1, 0x84, 6)],
  maxBytes: 2000,
  run: (input, random) => {
    const guard = new ReplyGuard();
    guard.expect(EXPECTED);
    const taken = feed(input, random, (chunk) => guard.accept(chunk));
    // The length field may promise more than is expected; the time limit is for those.
    must(taken <= MBAP_PREFIX_BYTES + MBAP_MAX_LENGTH, `${taken} bytes taken for one reply`);
  },
};

const rtuReplies: FuzzTarget = {
  name: "modbus-rtu-reply",
  seeds: [RTU_REPLY, RTU_REFUSAL],
  maxBytes: 2000,
  run: (input, random) => {
    const guard = new RtuReplyGuard();
    guard.expect(EXPECTED);
    feed(input, random, (chunk) => guard.accept(chunk));
    const frame = guard.takeFrame();
    if (frame === undefined) return;
    must(frame.length === RTU_REPLY.length || frame.length === RTU_REFUSAL.length, "a frame of another length");
    must(frame.equals(input.subarray(0, frame.length)), "a frame that was not sent");
    must(frame[0] === 1 && (frame[1] === 4 || frame[1] === 0x84), "a frame of another unit or function");
  },
};

const rtuRequests: FuzzTarget = {
  name: "modbus-rtu-request",
  seeds: [
    Buffer.from(RTU_FRAMING.seal(Buffer.of(1, 4, 0, 0, 0, 4))),
    Buffer.from(RTU_FRAMING.seal(Buffer.of(1, 15, 0, 3, 0, 2, 1, 1))),
  ],
  maxBytes: 600,
  run: (input) => {
    const frame = firstRequest(input);
    if (frame === undefined || frame === "broken") return;
    const sealed = Buffer.from(RTU_FRAMING.seal(frame.subarray(0, -2)));
    must(sealed.equals(Buffer.from(frame)), "a frame with a wrong checksum");
  },
};

/** Registers of every profile: whatever they hold is a weight within what they can hold, or none. */
async function registers(): Promise<FuzzTarget> {
  const profiles = await Promise.all((await profileNames()).map(loadProfile));
  return {
    name: "modbus-registers",
    seeds: [Buffer.of(...PDU.slice(2)), Buffer.of(0x7f, 0xc0, 0, 0), Buffer.of(0x80, 0, 0, 0), Buffer.alloc(64, 0xff)],
    maxBytes: 64,
    run: (input) => {
      const words = Array.from({ length: input.length >> 1 }, (_, index) => input.readUInt16BE(index * 2));
      for (const profile of profiles) {
        const { grossKg, raw, sampleCounter } = decodeReply(profile, words.slice(0, blockOf(profile).count));
        must(raw.length < 60, `${profile.name}: a long text`);
        must(
          sampleCounter === undefined || (sampleCounter >= 0 && sampleCounter <= 0xffff),
          `${profile.name}: counter`,
        );
        if (grossKg === undefined) continue;
        must(Number.isFinite(grossKg) && !Object.is(grossKg, -0), `${profile.name}: ${grossKg} as a weight`);
        const widest = profile.gross.type === "float32" ? 3.5e38 : 2 ** 31;
        must(Math.abs(grossKg) <= widest * profile.gross.scale, `${profile.name}: ${grossKg} out of range`);
      }
    },
  };
}

async function gateBits(): Promise<FuzzTarget> {
  const profiles = [await loadGateProfile("generic"), await loadGateProfile("closed-circuit")];
  return {
    name: "modbus-gate-bits",
    seeds: [Buffer.from("0110110000000110", "ascii")],
    maxBytes: 64,
    run: (input) => {
      const bits = Array.from(input, (byte) => (byte & 1) === 1);
      for (const profile of profiles) {
        const inputs = Object.values(decodeInputs(profile, bits.slice(0, inputBlockOf(profile).count)));
        must(inputs.length === 17 && inputs.every((level) => typeof level === "boolean"), `${profile.name}: inputs`);
      }
    },
  };
}

export async function modbusTargets(): Promise<FuzzTarget[]> {
  return [tcpReplies, rtuReplies, rtuRequests, await registers(), await gateBits()];
}
