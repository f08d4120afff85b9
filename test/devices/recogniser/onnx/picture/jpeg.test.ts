import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { LaneError } from "#contract/errors";
import { decodeJpeg, readPicture } from "#devices/recogniser/onnx/picture/jpeg";
import { sha256Of, stored } from "../support.ts";

const plainImage = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#a05020" } });

const refused = (code: "IMAGE_INVALID" | "IMAGE_TOO_LARGE", detail: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LaneError, String(error));
  assert.equal(error.code, code);
  assert.match(error.detail, detail);
  return true;
};

describe("decoding a picture", () => {
  test("gives red, green and blue rows", async () => {
    const { pixels, width, height } = await decodeJpeg(await plainImage(40, 30).jpeg({ quality: 100 }).toBuffer());
    assert.deepEqual([width, height, pixels.length], [40, 30, 40 * 30 * 3]);
    for (const [channel, expected] of [0xa0, 0x50, 0x20].entries()) {
      assert.ok(Math.abs((pixels[channel] ?? 0) - expected) <= 3, `channel ${channel} is ${pixels[channel]}`);
    }
  });

  test("turns it upright by its EXIF tag", async () => {
    const lying = await plainImage(40, 30).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { width, height } = await decodeJpeg(lying);
    assert.deepEqual([width, height], [30, 40]);
  });

  test("makes three channels of grey and of four-colour pictures", async () => {
    const grey = await plainImage(16, 16).greyscale().jpeg().toBuffer();
    const cmyk = await plainImage(16, 16).toColourspace("cmyk").jpeg().toBuffer();
    assert.equal((await sharp(cmyk).metadata()).channels, 4);
    for (const bytes of [grey, cmyk]) assert.equal((await decodeJpeg(bytes)).pixels.length, 16 * 16 * 3);
  });

  test("reads a picture of one pixel", async () => {
    assert.equal((await decodeJpeg(await plainImage(1, 1).jpeg().toBuffer())).pixels.length, 3);
  });

  test("refuses an empty file", () => assert.rejects(decodeJpeg(new Uint8Array()), refused("IMAGE_INVALID", /empty/)));

  test("refuses other formats, whatever they are called", async () => {
    const png = await plainImage(20, 20).png().toBuffer();
    const gif = await plainImage(20, 20).gif().toBuffer();
    const tiff = await plainImage(20, 20).tiff().toBuffer();
    const webp = await plainImage(20, 20).webp().toBuffer();
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    for (const bytes of [png, gif, tiff, webp, svg]) {
      await assert.rejects(decodeJpeg(bytes), refused("IMAGE_INVALID", /begin like a JPEG/));
    }
  });

  test("refuses another format behind the first bytes of a JPEG", async () => {
    const disguised = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), await plainImage(20, 20).png().toBuffer()]);
    await assert.rejects(decodeJpeg(disguised), refused("IMAGE_INVALID", /./));
  });

  test("refuses a truncated picture instead of guessing its rest", async () => {
    const noise = sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    });
    const whole = await noise.jpeg().toBuffer();
    await decodeJpeg(whole);
    for (const share of [0.9, 0.5, 0.1]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      await assert.rejects(decodeJpeg(cut), refused("IMAGE_INVALID", /./));
    }
  });

  test("refuses more than 8 bits a colour", async () => {
    const deep = Buffer.from(await plainImage(16, 16).jpeg().toBuffer());
    const frame = deep.indexOf(Buffer.from([0xff, 0xc0]));
    for (const bits of [12, 16]) {
      deep.writeUInt8(bits, frame + 4);
      await assert.rejects(decodeJpeg(deep), refused("IMAGE_INVALID", /./), `${bits} bits`);
    }
    const png = await plainImage(16, 16).toColourspace("rgb16").png().toBuffer();
    assert.equal((await sharp(png).metadata()).depth, "ushort");
    await assert.rejects(decodeJpeg(png), refused("IMAGE_INVALID", /begin like a JPEG/));
  });

  test("refuses 8000 x 6000 pixels, however small the file", async () => {
    const bytes = await plainImage(8000, 6000).jpeg({ quality: 20 }).toBuffer();
    assert.ok(bytes.length < 1024 * 1024);
    await assert.rejects(decodeJpeg(bytes), refused("IMAGE_TOO_LARGE", /8000 x 6000 pixels/));
  });

  test("refuses 50 megapixels by the size that the file states", async () => {
    const huge = Buffer.from(await plainImage(16, 16).jpeg().toBuffer());
    // Start of frame: marker, length, precision, then height and width.
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    assert.ok(frame > 0);
    huge.writeUInt16BE(5000, frame + 5);
    huge.writeUInt16BE(10_000, frame + 7);
    await assert.rejects(decodeJpeg(huge), refused("IMAGE_TOO_LARGE", /10000 x 5000 pixels/));
  });
});

describe("reading a picture from the disk", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gatelane-picture-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("gives the picture with the hash it was asked for", async () => {
    const { jpegPath, sha256 } = await stored(join(folder, "good.jpg"), await plainImage(20, 10).jpeg().toBuffer());
    assert.equal((await readPicture(jpegPath, sha256)).width, 20);
  });

  test("refuses a file that was exchanged", async () => {
    const { jpegPath, sha256 } = await stored(join(folder, "a.jpg"), await plainImage(20, 10).jpeg().toBuffer());
    await writeFile(jpegPath, await plainImage(21, 10).jpeg().toBuffer());
    await assert.rejects(readPicture(jpegPath, sha256), refused("IMAGE_INVALID", /the file on the disk has SHA-256/));
  });

  test("refuses a missing file, a folder and an empty file", async () => {
    const { jpegPath, sha256 } = await stored(join(folder, "empty.jpg"), new Uint8Array());
    await assert.rejects(readPicture(join(folder, "none.jpg"), sha256), refused("IMAGE_INVALID", /ENOENT/));
    await assert.rejects(readPicture(folder, sha256), refused("IMAGE_INVALID", /EISDIR/));
    await assert.rejects(readPicture(jpegPath, sha256), refused("IMAGE_INVALID", /empty/));
  });

  test("refuses more than 16 MiB without reading it", async () => {
    const path = join(folder, "large.jpg");
    await writeFile(path, await plainImage(8, 8).jpeg().toBuffer());
    await truncate(path, 16 * 1024 * 1024 + 1);
    await assert.rejects(readPicture(path, sha256Of(new Uint8Array())), refused("IMAGE_TOO_LARGE", /16777217 bytes/));
  });
});
