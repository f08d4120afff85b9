import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { BoundedHttp, type HttpRequest } from "#devices/transport/onvif/http";

const servers: { close(): void; closeSockets(): void }[] = [];
after(() => {
  for (const server of servers) {
    server.closeSockets();
    server.close();
  }
});

/** A TCP server that does this with each connection after the first bytes of a request; its URL. */
async function answering(answer: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", () => answer(socket));
  });
  servers.push({ close: () => server.close(), closeSockets: () => sockets.forEach((socket) => void socket.destroy()) });
  return await listening(server, "http");
}

async function listening(server: Server, scheme: string): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const ask = (url: URL, more: Partial<HttpRequest> = {}): HttpRequest => ({
  url,
  method: "GET",
  headers: {},
  timeoutMs: 4_000,
  maxBytes: 1000,
  oversize: "IMAGE_TOO_LARGE",
  ...more,
});

async function rejects(code: ErrorCode, url: URL, more: Partial<HttpRequest> = {}): Promise<void> {
  const http = new BoundedHttp();
  await assert.rejects(http.send(ask(url, more)), (error) => isLaneError(error, code), `${code} expected`);
  http.close();
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n";

describe("HTTP towards a camera", { concurrency: 4 }, () => {
  it("gives status, repeated headers and body", async () => {
    const url = await answering((socket) => socket.end(`${head}X-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok`));
    const reply = await new BoundedHttp().send(ask(url));
    assert.deepEqual([reply.status, reply.body.toString()], [200, "ok"]);
    assert.deepEqual(reply.rawHeaders.slice(2, 6), ["X-A", "1", "X-A", "2"]);
  });

  it("says OFFLINE where nobody listens, and when the answer breaks off", async () => {
    const probe = createServer();
    const url = await listening(probe, "http");
    await new Promise((resolve) => probe.close(resolve));
    await rejects("DEVICE_OFFLINE", url);
    await rejects("DEVICE_OFFLINE", await answering((socket) => socket.destroy()));
    await rejects("DEVICE_OFFLINE", await answering((socket) => socket.end(`${head}Content-Length: 500\r\n\r\nhalf`)));
  });

  it("says TIMEOUT to silence, and to an answer that never ends (B13)", async () => {
    await rejects("DEVICE_TIMEOUT", await answering(() => undefined), { timeoutMs: 300 });
    const drip = await answering((socket) => {
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write("1\r\nx\r\n"), 50);
      socket.on("close", () => clearInterval(timer));
    });
    await rejects("DEVICE_TIMEOUT", drip, { timeoutMs: 300 });
  });

  it("stops reading at the limit, whether it was announced or not", async () => {
    let cut = 0;
    const flood = await answering((socket) => {
      socket.on("close", () => cut++);
      socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
      const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
      const pour = () => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on("drain", pour);
      pour();
    });
    await rejects("IMAGE_TOO_LARGE", flood, { timeoutMs: 5_000 });
    await eventually("the connection is cut", () => cut === 1);
    const announced = await answering((socket) => socket.write(`${head}Content-Length: 1001\r\n\r\n`));
    await rejects("DEVICE_PROTOCOL", announced, { oversize: "DEVICE_PROTOCOL", timeoutMs: 5_000 });
  });

  it("B14 follows no redirect", async () => {
    let visits = 0;
    const inside = await answering((socket) => {
      visits++;
      socket.end(`${head}Content-Length: 0\r\n\r\n`);
    });
    for (const location of [inside.href, "http://169.254.169.254/latest", "file:///etc/passwd"]) {
      const url = await answering((socket) => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\n\r\n`));
      await rejects("DEVICE_PROTOCOL", url);
    }
    assert.equal(visits, 0);
  });

  it("says PROTOCOL to bytes that are not HTTP", async () => {
    await rejects("DEVICE_PROTOCOL", await answering((socket) => socket.end("SSH-2.0-camera\r\n")));
  });

  it("ends what is under way at close or on the signal, and refuses more", async () => {
    const url = await answering(() => undefined);
    const http = new BoundedHttp();
    const aborting = new AbortController();
    const both = [
      http.send(ask(url, { timeoutMs: 60_000 })),
      http.send(ask(url, { timeoutMs: 60_000, signal: aborting.signal })),
    ];
    aborting.abort();
    await assert.rejects(both[1] ?? Promise.resolve(), (error) => isLaneError(error, "DEVICE_OFFLINE"));
    http.close();
    await assert.rejects(both[0] ?? Promise.resolve(), (error) => isLaneError(error, "DEVICE_OFFLINE"));
    await assert.rejects(http.send(ask(url)), (error) => isLaneError(error, "DEVICE_OFFLINE"));
  });
});

describe("HTTPS towards a camera", () => {
  it("trusts the certificate that it was given and no other", async () => {
    const read = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url), "utf8");
    const [cert, key] = await Promise.all([read("camera-certificate.pem"), read("camera-key.pem")]);
    const server = createHttps({ cert, key }, (_request, response) => response.end("ok"));
    servers.push({ close: () => server.close(), closeSockets: () => server.closeAllConnections() });
    const url = await listening(server, "https");
    const reply = await new BoundedHttp(cert).send(ask(url, { timeoutMs: 5_000 }));
    assert.equal(reply.body.toString(), "ok");
    await rejects("DEVICE_PROTOCOL", url, { timeoutMs: 5_000 });
  });
});
