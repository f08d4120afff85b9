import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLaneError } from "#contract/errors";
import type { VehicleState, ZoneRequest } from "#devices/vehicle-link/vda5050/messages";
import { LaneTraffic, SILENT_MS } from "#devices/vehicle-link/vda5050/traffic";

const ONE = "acme/igv-1";
const TWO = "acme/igv-2";
const UTC = Date.UTC(2026, 5, 1);

/** A lane with its zone `lane-1`, and everything it said, one line each. */
function build() {
  const said: string[] = [];
  const traffic = new LaneTraffic(
    { zoneSet: "gate", zone: "lane-1", otherLanes: ["lane-2"], fleet: new Set([ONE, TWO]) },
    {
      answer: (vehicle, { request, grantType }) => said.push(`${vehicle} ${request} ${grantType}`),
      requested: (vehicle, request) => said.push(`${vehicle} ${request} requested`),
      entered: (vehicle, request) => said.push(`${vehicle} ${request} entered`),
      left: (vehicle, request, entered) => said.push(`${vehicle} ${request} left ${entered ? "inside" : "outside"}`),
      lost: (vehicle, request, entered) => said.push(`${vehicle} ${request} lost ${entered ? "inside" : "outside"}`),
    },
  );
  const says = (vehicle: string, requests: readonly ZoneRequest[], now = 0, extra: Partial<VehicleState> = {}) =>
    traffic.state(vehicle, { requests, sentUtc: UTC + now, etaUtc: undefined, ...extra }, now, UTC + now);
  const grant = (vehicle: string, request: string, now = 0) => traffic.grant(vehicle, request, 10_000, now, UTC + now);
  return { said, traffic, says, grant };
}

const asks = (requestId: string, requestStatus: ZoneRequest["requestStatus"] = "REQUESTED", zoneId = "lane-1") => ({
  requestId,
  requestType: "ACCESS",
  zoneId,
  zoneSetId: "gate",
  requestStatus,
});
const isRefused = (error: unknown) => isLaneError(error, "MESSAGE_REFUSED");

describe("traffic of unmanned vehicles", () => {
  it("queues, grants, sees it enter and leave", () => {
    const { said, traffic, says, grant } = build();
    says(ONE, [asks("r1")]);
    assert.deepEqual(traffic.occupants, []);
    assert.equal(grant(ONE, "r1"), UTC + 10_000);
    assert.deepEqual(traffic.occupants, [ONE]);
    says(ONE, [asks("r1", "GRANTED")]);
    says(ONE, []);
    assert.deepEqual(traffic.occupants, []);
    const lines = ["r1 QUEUED", "r1 requested", "r1 GRANTED", "r1 entered", "r1 left inside"];
    assert.deepEqual(
      said,
      lines.map((line) => `${ONE} ${line}`),
    );
  });

  it("says QUEUED once, however often the vehicle repeats itself, and nothing about other zones", () => {
    const { said, says } = build();
    says(ONE, [asks("r0", "REQUESTED", "yard")]);
    says(ONE, [asks("r1")]);
    says(ONE, [asks("r1")]);
    assert.deepEqual(said, [`${ONE} r1 QUEUED`, `${ONE} r1 requested`]);
  });

  it("gives the lane to one vehicle at a time", () => {
    const { says, grant } = build();
    says(ONE, [asks("r1")]);
    says(TWO, [asks("r2")]);
    grant(ONE, "r1");
    assert.throws(() => grant(TWO, "r2"), isRefused);
    says(ONE, [asks("r1", "GRANTED")]);
    assert.throws(() => grant(TWO, "r2"), isRefused);
    says(ONE, []);
    grant(TWO, "r2");
  });

  it("B35 refuses a vehicle that asks for two lanes", () => {
    const { said, says, grant } = build();
    says(ONE, [asks("r1"), asks("r2", "REQUESTED", "lane-2")]);
    assert.deepEqual(said, [`${ONE} r1 REJECTED`]);
    assert.throws(() => grant(ONE, "r1"), isRefused);
  });

  it("B35 refuses a second request of the same vehicle for this lane", () => {
    const { said, says, grant } = build();
    says(ONE, [asks("r1"), asks("r2")]);
    assert.deepEqual(said, [`${ONE} r1 QUEUED`, `${ONE} r1 requested`, `${ONE} r2 REJECTED`]);
    assert.throws(() => grant(ONE, "r2"), isRefused);
  });

  it("B35 refuses a vehicle of another fleet, whatever it says it was granted", () => {
    const { said, traffic, says } = build();
    says("other/igv-9", [asks("r1")]);
    says("other/igv-9", [asks("r2", "GRANTED")]);
    assert.deepEqual(said, ["other/igv-9 r1 REJECTED"]);
    assert.deepEqual(traffic.occupants, []);
  });

  it("B35 refuses an arrival that is over, and a message of long ago", () => {
    const { said, says } = build();
    says(ONE, [asks("r1")], 0, { etaUtc: UTC - 60_000 });
    says(TWO, [asks("r2")], 0, { sentUtc: UTC - 60_000 });
    assert.deepEqual(said, [`${ONE} r1 REJECTED`, `${TWO} r2 REJECTED`]);
  });

  it("B35 does not renew a lease that has run out", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    grant(ONE, "r1");
    assert.throws(() => grant(ONE, "r1", 10_001), isRefused);
    assert.equal(said.at(-1), `${ONE} r1 lost outside`);
    says(ONE, [asks("r1", "EXPIRED")], 11_000);
    assert.throws(() => grant(ONE, "r1", 11_000), isRefused);
    assert.deepEqual(traffic.occupants, [ONE]);
  });

  it("renews a lease in time", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    grant(ONE, "r1");
    says(ONE, [asks("r1", "GRANTED")], 5_000);
    assert.equal(grant(ONE, "r1", 9_000), UTC + 19_000);
    traffic.tick(18_000);
    assert.ok(!said.some((line) => line.includes("lost")));
  });

  it("B35 keeps the lane occupied when the link breaks inside, until the vehicle says that it is out", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    says(TWO, [asks("r2")]);
    grant(ONE, "r1");
    says(ONE, [asks("r1", "GRANTED")]);
    traffic.connection(ONE, "CONNECTION_BROKEN");
    assert.equal(said.at(-1), `${ONE} r1 lost inside`);
    assert.throws(() => grant(TWO, "r2", 1_000), isRefused);
    says(ONE, [], 2_000);
    assert.equal(said.at(-1), `${ONE} r1 left inside`);
    grant(TWO, "r2", 2_000);
  });

  it("counts a vehicle as inside whose link breaks while its grant is on the way", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    grant(ONE, "r1");
    traffic.connection(ONE, "CONNECTION_BROKEN");
    assert.equal(said.at(-1), `${ONE} r1 lost inside`);
    assert.deepEqual(traffic.occupants, [ONE]);
  });

  it("gives the lane free when it was seen clear of a lost vehicle", () => {
    const { says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    grant(ONE, "r1");
    assert.throws(() => grant(ONE, "r9"), isRefused);
    traffic.connection(ONE, "CONNECTION_BROKEN");
    traffic.refuse(ONE, "r1");
    assert.deepEqual(traffic.occupants, []);
  });

  it("forgets who waits outside and falls silent, and loses who is inside", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1")]);
    says(TWO, [asks("r2")]);
    grant(ONE, "r1");
    says(ONE, [asks("r1", "GRANTED")]);
    traffic.tick(SILENT_MS + 1);
    traffic.tick(SILENT_MS + 2);
    assert.deepEqual(
      said.filter((line) => line.includes("lost")),
      [`${ONE} r1 lost inside`, `${TWO} r2 lost outside`],
    );
    assert.deepEqual(traffic.occupants, [ONE]);
  });

  it("takes a vehicle that was granted the lane before this process began as inside", () => {
    const { said, says, grant, traffic } = build();
    says(ONE, [asks("r1", "GRANTED")]);
    assert.deepEqual(said, [`${ONE} r1 entered`]);
    says(TWO, [asks("r2")]);
    assert.throws(() => grant(TWO, "r2"), isRefused);
    traffic.refuse(ONE, "r1");
    assert.deepEqual(traffic.occupants, [ONE], "taken back is not yet out");
  });
});
