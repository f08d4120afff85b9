import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { generateKeys } from "#bench/operations/keys";
import { readCommand } from "#sync/orders/command-reader";
import { OrderKeys } from "#sync/orders/order-keys";

const PAGE = new URL("../../../docs/for-central-operations.md", import.meta.url);
/** In place of the real one: prints the message it was given. */
const PRINT = 'mosquitto_pub() { while [ "$1" != -m ]; do shift; done; printf %s "$2"; }\n';

const skip = spawnSync("openssl", ["version"]).status === 0 ? false : "openssl is not here";

test("an order signed as the page for operations shows it is understood by the lane", { skip }, async (t) => {
  const example = /A worked example[^`]*```sh\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8"))?.[1];
  assert.ok(example !== undefined, "the page has its example");
  const folder = mkdtempSync(join(tmpdir(), "gatelane-example-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const keys = generateKeys("console-1");
  writeFileSync(join(folder, "console-1.key"), keys.privateKeyPem);
  const { stdout, stderr } = spawnSync("bash", ["-c", PRINT + example], { cwd: folder });
  const known = new OrderKeys([{ ...keys, subject: "ops-console-1", roles: ["operations"] }]);
  const { kid, command } = await readCommand(stdout, known).catch((error: unknown) => {
    throw new Error(`${stderr.toString()}${stdout.toString()}`, { cause: error });
  });
  assert.equal(kid, "console-1");
  assert.deepEqual(command.wish, { name: "hold", passage: "P000007" });
  const lifeMs = Date.parse(command.deadline) - Date.parse(command.issuedAt);
  assert.ok(lifeMs > 0 && lifeMs <= 10_000, `${lifeMs} ms`);
});
