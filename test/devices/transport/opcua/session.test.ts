import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually } from "#bench/contract/eventually";
import { FolderRecorder, type ServerRig, serverRig } from "#bench/contract/rigs/opcua-server";
import { isLaneError, type LaneError } from "#contract/errors";
import { FaultyLink } from "#devices/transport/common/faulty-link";
import type { OpcUaConnection } from "#devices/transport/opcua/connection";
import type { OpcUaConnectionOptions } from "#devices/transport/opcua/options";
import { refusedCertificates, trustServerCertificate } from "#devices/transport/opcua/pki";
import type { SimulatedOpcUaServer } from "#devices/transport/opcua/server/server";
import { OpcUaSession } from "#devices/transport/opcua/session";
import type { NodeValue } from "#devices/transport/opcua/values";

const AUTO_ID_URI = "http://opcfoundation.org/UA/AutoID/";
const USER = { name: "lane", password: "Xu\u00e2n 2026" };

/** A session and what it told. */
class Listening {
  readonly session: OpcUaSession;
  readonly reasons: LaneError[] = [];
  openings = 0;
  /** What to do with a new connection. */
  onOpened: (connection: OpcUaConnection) => Promise<void> = async () => undefined;

  constructor(options: OpcUaConnectionOptions, dataDir: string) {
    const listener = {
      opened: async (connection: OpcUaConnection) => {
        await this.onOpened(connection);
        this.openings += 1;
      },
      lost: (reason: LaneError) => {
        this.reasons.push(reason);
      },
    };
    this.session = new OpcUaSession(options, new FolderRecorder(dataDir), listener);
  }
}

const timers: NodeJS.Timeout[] = [];

/** A counter that the server changes by itself. */
function addCounter({ namespace, addressSpace }: SimulatedOpcUaServer): void {
  const counter = namespace.addVariable({
    browseName: "Counter",
    nodeId: "s=Counter",
    dataType: "UInt16",
    organizedBy: addressSpace.rootFolder.objects,
    minimumSamplingInterval: 10,
  });
  const started = performance.now();
  counter.setValueFromSource({ dataType: "UInt16", value: 1 });
  timers.push(
    setInterval(() => {
      counter.setValueFromSource({
        dataType: "UInt16",
        value: Math.floor((performance.now() - started) / 20) % 65_536,
      });
    }, 20),
  );
}

/** A variable with a structure of a companion specification in it. */
function addStructure({ namespace, addressSpace }: SimulatedOpcUaServer): void {
  const type = addressSpace.findDataType("ScanSettings", addressSpace.getNamespaceIndex(AUTO_ID_URI));
  assert.ok(type);
  const odd = namespace.addVariable({
    browseName: "Odd",
    nodeId: "s=Odd",
    dataType: "Structure",
    organizedBy: addressSpace.rootFolder.objects,
  });
  const value = addressSpace.constructExtensionObject(type, { duration: 0, cycles: 0, dataAvailable: false });
  odd.setValueFromSource({ dataType: "ExtensionObject", value });
}

function stopCounting(): void {
  for (const timer of timers.splice(0)) clearInterval(timer);
}

describe("OPC UA session", () => {
  let rig: ServerRig;
  let folder: string;
  let passwordFile: string;
  before(async () => {
    rig = await serverRig({ user: USER, models: ["di", "autoId"] });
    addCounter(rig.server);
    folder = await mkdtemp(join(tmpdir(), "gatelane-opcua-"));
    passwordFile = join(folder, "password");
    await writeFile(passwordFile, `${USER.password}\n`);
  });
  after(async () => {
    stopCounting();
    await rig.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (): OpcUaConnectionOptions => ({
    endpoint: rig.server.endpoint,
    security: "Basic256Sha256",
    username: USER.name,
    passwordFile,
    timeoutMs: 2000,
  });

  it("T3 refuses a server whose certificate nobody has trusted, says how to trust it, and then opens", async () => {
    const dataDir = join(folder, "fresh");
    const listening = new Listening(options(), dataDir);
    listening.session.start();
    try {
      const reason = await eventually("refused", () => listening.reasons[0]);
      assert.equal(reason.code, "DEVICE_AUTH");
      assert.ok(reason.detail.includes(rig.server.thumbprint) && reason.detail.includes("device trust"));
      assert.equal(listening.openings, 0);
      const [refused] = await refusedCertificates(dataDir);
      assert.equal(refused?.thumbprint, rig.server.thumbprint);
      await assert.rejects(trustServerCertificate(dataDir, "00".repeat(20)), (error) =>
        isLaneError(error, "DEVICE_AUTH"),
      );
      const typed = rig.server.thumbprint.toUpperCase().replace(/(..)(?=.)/g, "$1:");
      await trustServerCertificate(dataDir, typed);
      assert.deepEqual(await refusedCertificates(dataDir), []);
      await eventually("opened", () => listening.openings > 0);
    } finally {
      await listening.session.stop();
    }
  });

  it("is refused with a wrong password, and says so", async () => {
    const wrongFile = join(folder, "wrong");
    await writeFile(wrongFile, "guess\n");
    const listening = new Listening({ ...options(), passwordFile: wrongFile }, rig.dataDir);
    listening.session.start();
    try {
      const reason = await eventually("refused", () => listening.reasons[0]);
      assert.equal(reason.code, "DEVICE_AUTH");
    } finally {
      await listening.session.stop();
    }
  });

  it("offers no way back to an open channel when the server does not offer the policy", async () => {
    const listening = new Listening({ ...options(), security: "Aes256_Sha256_RsaPss" }, rig.dataDir);
    listening.session.start();
    try {
      const reason = await eventually("refused", () => listening.reasons[0]);
      assert.equal(reason.code, "DEVICE_AUTH");
      assert.match(reason.detail, /no endpoint/);
    } finally {
      await listening.session.stop();
    }
  });

  it("F50 refuses a node that the server does not have, and an unknown namespace", async () => {
    const listening = new Listening(options(), rig.dataDir);
    const refusals: unknown[] = [];
    listening.onOpened = async (connection) => {
      assert.throws(
        () => connection.resolve("nsu=urn:nobody;s=x"),
        (error) => isLaneError(error, "DEVICE_EXCEPTION"),
      );
      const [value] = await connection.read(["ns=1;s=Nothing"]);
      assert.deepEqual([value?.value, value?.status], [undefined, "BadNodeIdUnknown"]);
      const request = { nodes: ["ns=1;s=Nothing"], publishingMs: 50, samplingMs: 10, onChange: () => undefined };
      await connection.subscribe(request, new FolderRecorder("").clock).catch((error: unknown) => refusals.push(error));
      await connection.write([{ node: "ns=1;s=Nothing", dataType: "Boolean", value: true }]).catch((error: unknown) => {
        refusals.push(error);
      });
    };
    listening.session.start();
    try {
      await eventually("opened", () => listening.openings > 0);
      assert.deepEqual(
        refusals.map((error) => isLaneError(error, "DEVICE_EXCEPTION")),
        [true, true],
      );
    } finally {
      await listening.session.stop();
    }
  });

  it("a structure where a number belongs is no value, and nothing more is asked about it", async () => {
    addStructure(rig.server);
    const link = new FaultyLink(() => ({ host: "127.0.0.1", port: rig.server.port }));
    await link.start();
    const listening = new Listening({ ...options(), endpoint: `opc.tcp://127.0.0.1:${link.port}` }, rig.dataDir);
    const values: unknown[] = [];
    listening.onOpened = async (connection) => {
      const onChange = (changes: ReadonlyMap<number, NodeValue>) => {
        values.push(changes.get(0)?.value);
        // Whoever asks the server about the structure from now on gets no answer.
        link.setFault({ kind: "silent" });
      };
      const nodes = [connection.resolve("ns=1;s=Odd")];
      await connection.subscribe({ nodes, publishingMs: 50, samplingMs: 10, onChange }, new FolderRecorder("").clock);
    };
    listening.session.start();
    try {
      await eventually("lost", () => listening.reasons.length > 0);
      assert.ok(values.length > 0 && values.every((value) => typeof value === "object"));
    } finally {
      await listening.session.stop();
      await link.stop();
    }
  });

  it("F49 subscribes anew within 10 s of a restart of the server, and gives no value meanwhile", async () => {
    const listening = new Listening(options(), rig.dataDir);
    let changes = 0;
    listening.onOpened = async (connection) => {
      const onChange = () => {
        changes += 1;
      };
      const nodes = [connection.resolve("ns=1;s=Counter")];
      await connection.subscribe({ nodes, publishingMs: 50, samplingMs: 10, onChange }, new FolderRecorder("").clock);
    };
    listening.session.start();
    try {
      await eventually("changes", () => changes > 3);
      stopCounting();
      await rig.server.stop();
      await eventually("lost", () => listening.reasons.length > 0);
      assert.equal(listening.session.connection, undefined);
      const before = changes;
      await rig.server.start();
      addCounter(rig.server);
      await eventually("changes again", () => changes > before + 3);
      assert.equal(listening.openings, 2);
    } finally {
      await listening.session.stop();
    }
  });
});
