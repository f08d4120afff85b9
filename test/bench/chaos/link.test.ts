import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { ChaosLink } from "#bench/chaos/link";

const echo = createServer((socket) => void socket.on("error", () => undefined).pipe(socket));
let link: ChaosLink;

before(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  link = new ChaosLink((echo.address() as AddressInfo).port);
  await link.start();
});

after(async () => {
  await link.stop();
  await link.stop();
  echo.close();
});

async function connected(): Promise<Socket> {
  const socket = connect(link.port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** An error before it is expected, so `once` of node:events, which rejects then, does not do. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));

/** Says something and waits until it is heard back. */
async function answers(socket: Socket): Promise<void> {
  const heard = once(socket, "data");
  socket.write("hello");
  await heard;
}

test("what is said at one end is heard at the other", async (t) => {
  const socket = await connected();
  t.after(() => socket.destroy());
  await answers(socket);
});

test("a cut breaks what stands and refuses what comes, until it is mended", async (t) => {
  const socket = await connected();
  await answers(socket);
  const broken = closed(socket);
  link.cut();
  await broken;
  const refused = connect(link.port, "127.0.0.1");
  refused.on("error", () => undefined);
  await closed(refused);
  link.mend();
  const again = await connected();
  t.after(() => again.destroy());
  await answers(again);
});

test("a frozen connection stands and carries nothing; the next one works", async (t) => {
  const socket = await connected();
  t.after(() => socket.destroy());
  await answers(socket);
  link.freeze();
  let heard = false;
  socket.once("data", () => {
    heard = true;
  });
  socket.write("hello");
  const other = await connected();
  t.after(() => other.destroy());
  await answers(other);
  await answers(other);
  assert.equal(heard, false, "what was said first is not heard, what was said later is");
  assert.equal(socket.destroyed, false, "nobody has told this end");
});
