import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { type ErrorCode, isLaneError } from "#contract/errors";
import { CameraSimulator, type CameraSimulatorOptions } from "#devices/camera/onvif/simulator";
import { envelope } from "#devices/camera/onvif/simulator/answers";
import { pinned } from "#devices/transport/onvif/library";
import { OnvifSession } from "#devices/transport/onvif/session";

const PASSWORD = 'p "a" & <b>';
const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function rig(simulated: Partial<CameraSimulatorOptions> = {}, password = PASSWORD, timeoutMs = 2_000) {
  const picture = () => Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
  const camera = new CameraSimulator({ username: "lane", password: PASSWORD, picture, ...simulated });
  await camera.start();
  const utc = () => Date.now();
  const session = new OnvifSession({
    url: new URL(camera.url),
    credentials: { username: "lane", password },
    timeoutMs,
    utc,
  });
  ending.push(
    () => camera.stop(),
    () => session.close(),
  );
  return { camera, session };
}

const rejects = (promise: Promise<unknown>, code: ErrorCode) =>
  assert.rejects(promise, (error) => isLaneError(error, code), `${code} expected`);

describe("opening a session", () => {
  it("finds snapshot address and events service, with every kind of log-in", async () => {
    for (const simulated of [
      { digest: [] },
      { wsSecurity: false },
      { wsSecurity: false, digest: ["MD5"] },
      { wsSecurity: false, digest: ["SHA-256"] },
    ] as const) {
      const { camera, session } = await rig(simulated);
      await session.open();
      assert.equal(session.snapshotUrl?.href, `http://127.0.0.1:${camera.port}/onvif/snapshot?channel=1&stream=main`);
      assert.equal(session.eventsUrl?.pathname, "/onvif/event_service");
    }
  });

  it("finds the address of the video, on the configured machine and without the log-in that the camera puts into it", async () => {
    const { camera, session } = await rig();
    camera.faults.announcedHost = "10.0.0.99";
    await session.open();
    assert.equal((await session.streamUrl()).href, "rtsp://127.0.0.1:554/stream?channel=1&subtype=0");
    for (const uri of ["", "http://127.0.0.1/video", "rtsp://", "javascript:alert(1)"]) {
      const media = `<trt:MediaUri><tt:Uri>${uri}</tt:Uri></trt:MediaUri>`;
      camera.answers.set("GetStreamUri", envelope(`<trt:GetStreamUriResponse>${media}</trt:GetStreamUriResponse>`));
      await rejects(session.streamUrl(), "DEVICE_PROTOCOL");
    }
  });

  it("says AUTH to a wrong password, with every kind of log-in", async () => {
    for (const simulated of [{}, { digest: [] }, { wsSecurity: false }] as const) {
      const { camera, session } = await rig(simulated, "wrong");
      await rejects(session.open(), "DEVICE_AUTH");
      assert.ok(camera.counters.refusals <= 2, "a camera locks out whoever tries often");
    }
  });

  it("falls back to GetCapabilities for older cameras", async () => {
    const { camera, session } = await rig();
    camera.answers.set(
      "GetServices",
      envelope("<env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code></env:Fault>"),
    );
    await session.open();
    assert.equal(session.eventsUrl?.pathname, "/onvif/event_service");
  });

  it("B15 logs in to a camera of 1970 and to one 8 h ahead, and measures the offset", async () => {
    for (const offset of [-Date.now(), 8 * 3_600_000]) {
      const { camera, session } = await rig({ digest: [] });
      camera.faults.clockOffsetMs = offset;
      await session.open();
      assert.ok(Math.abs(session.clockOffsetMs - offset) < 5_000, `${session.clockOffsetMs} for ${offset}`);
    }
  });

  it("logs in to ask the time where the camera tells it to its users only", async () => {
    for (const simulated of [{ digest: [] }, { wsSecurity: false }] as const) {
      const { camera, session } = await rig({ ...simulated, publicClock: false });
      await session.open();
      await session.measureClock();
      assert.equal(session.snapshotUrl?.port, String(camera.port));
    }
  });

  it("logs in again after the camera's clock was set", async () => {
    const { camera, session } = await rig({ digest: [] });
    await session.open();
    camera.faults.clockOffsetMs = 3_600_000;
    await rejects(
      session.open().then(() => session.ask(new URL(camera.url), { action: "x", body: "<none/>" })),
      "DEVICE_PROTOCOL",
    );
    assert.equal(camera.counters.refusals, 0);
  });

  it("B14 stays with the configured machine, whatever addresses the camera gives", async () => {
    for (const host of ["169.254.169.254", "127.0.0.2:9", "localhost:22"]) {
      const { camera, session } = await rig();
      camera.faults.announcedHost = host;
      await session.open();
      assert.equal(session.snapshotUrl?.host, `127.0.0.1:${camera.port}`);
      assert.equal(session.eventsUrl?.host, `127.0.0.1:${camera.port}`);
    }
  });

  it("B13 says PROTOCOL to every answer that is none, and keeps running", async () => {
    const hostile: [string, string][] = [
      ["html", "<!DOCTYPE html><html><body>Log in</body></html>"],
      ["nothing", ""],
      ["other namespace", '<e:Envelope xmlns:e="urn:x"><e:Body/></e:Envelope>'],
      ["empty body", envelope("")],
      ["another answer", envelope("<tds:SystemRebootResponse/>")],
      ["half", envelope("<tds:X/>").slice(0, -20)],
      ["bomb", `<!DOCTYPE a [<!ENTITY x "ha">]>${envelope("<a>&x;</a>")}`],
      ["deep", envelope("<a>".repeat(100_000) + "</a>".repeat(100_000))],
      ["10 MB", envelope(`<a>${"x".repeat(10_000_000)}</a>`)],
      ["__proto__", envelope("<__proto__><a/></__proto__>")],
    ];
    for (const action of ["GetSystemDateAndTime", "GetProfiles", "GetSnapshotUri"]) {
      for (const [name, answer] of hostile) {
        const { camera, session } = await rig();
        camera.answers.set(action, answer);
        await assert.rejects(session.open(), (error) => isLaneError(error, "DEVICE_PROTOCOL"), `${action}: ${name}`);
      }
    }
  });

  it("B13 keeps from the library what it would read for minutes", async () => {
    const { camera, session } = await rig();
    camera.answers.set("GetProfiles", envelope(`<a>${"xmlns".repeat(150_000)}</a>`));
    await assert.rejects(session.open(), /is refused: namespaces/);
  });

  it("says PROTOCOL to answers without what is asked for", async () => {
    const cases: [string, string][] = [
      [
        "GetSystemDateAndTime",
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:UTCDateTime><tt:Time/></tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
      ],
      ["GetProfiles", "<trt:GetProfilesResponse/>"],
      ["GetProfiles", "<trt:GetProfilesResponse><trt:Profiles/></trt:GetProfilesResponse>"],
      ["GetSnapshotUri", "<trt:GetSnapshotUriResponse/>"],
      [
        "GetSnapshotUri",
        "<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>file:///etc/passwd</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>",
      ],
      [
        "GetSnapshotUri",
        "<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri></tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>",
      ],
    ];
    for (const [action, body] of cases) {
      const { camera, session } = await rig();
      camera.answers.set(action, envelope(body));
      await rejects(session.open(), "DEVICE_PROTOCOL");
    }
  });

  it("says TIMEOUT to silence and to an answer that comes late, OFFLINE to nobody", async () => {
    const { camera, session } = await rig({}, PASSWORD, 400);
    camera.faults.silent = "always";
    await rejects(session.open(), "DEVICE_TIMEOUT");
    camera.faults.silent = "never";
    camera.faults.lateMs = 900;
    await rejects(session.open(), "DEVICE_TIMEOUT");
    await camera.stop();
    await rejects(session.open(), "DEVICE_OFFLINE");
  });
});

describe("addresses that a camera gives", () => {
  const camera = new URL("http://10.0.0.7:8080/onvif/device_service");
  const cases = [
    ["http://10.0.0.7/snap?x=1", "http://10.0.0.7/snap?x=1"],
    ["http://10.0.0.7:81/snap", "http://10.0.0.7:81/snap"],
    ["http://192.168.1.9:99/snap", "http://10.0.0.7:8080/snap"],
    ["https://10.0.0.7/snap", "http://10.0.0.7:8080/snap"],
    ["http://user:word@10.0.0.7/snap", "http://10.0.0.7/snap"],
    ["/snap", "http://10.0.0.7:8080/snap"],
    ["http://10.0.0.7//evil.example/snap", "http://10.0.0.7//evil.example/snap"],
    ["http://10.0.0.8//evil.example/snap", "http://10.0.0.7:8080//evil.example/snap"],
  ] as const;
  for (const [given, used] of cases) {
    it(`B14 ${given} is asked at ${used}`, () => assert.equal(pinned(camera, given).href, used));
  }

  it("B14 refuses other schemes, and never leaves https", () => {
    for (const bad of ["file:///etc/passwd", "ftp://10.0.0.7/", "http://", "javascript:0"]) {
      assert.throws(
        () => pinned(camera, bad),
        (error) => isLaneError(error, "DEVICE_PROTOCOL"),
      );
    }
    assert.equal(pinned(new URL("https://10.0.0.7/onvif"), "http://10.0.0.7:80/snap").href, "https://10.0.0.7/snap");
  });
});
