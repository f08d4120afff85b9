import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ROOT } from "../tidy/files.ts";
import { lanectl } from "./lanectl.ts";

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "gatelane-profile-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const check = (file: string, ...more: string[]) => lanectl(["device", "profile", "check", file, ...more]);

for (const [deviceClass, family] of [
  ["weighbridge", "modbus"],
  ["weighbridge", "ascii"],
  ["gate", "modbus"],
  ["gate", "opcua"],
] as const) {
  test(`new ${deviceClass} ${family}: fits its schema, and may not be used before it is filled in`, async (t) => {
    const file = join(folder(t), "acme-1.json");
    const made = await lanectl(["device", "new", deviceClass, family, "acme-1", "-o", file]);
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /to be filled in from the manual/);
    const fresh = await check(file, "--json");
    assert.equal(fresh.code, 1);
    const { problems, ...found } = JSON.parse(fresh.stdout) as { problems: string[]; class: string; family: string };
    assert.deepEqual([found.class, found.family], [deviceClass, family]);
    assert.ok(
      problems.every((one) => one.endsWith("is still to be filled in")),
      fresh.stdout,
    );

    writeFileSync(file, readFileSync(file, "utf8").replaceAll("FILL IN: ", ""));
    const filled = await check(file);
    assert.equal(filled.code, 0, filled.stdout);
    const again = await lanectl(["device", "new", deviceClass, family, "acme-1", "-o", file]);
    assert.equal(again.code, 2, "nothing that exists is written over");
  });
}

test("check names what does not fit, with its place", async (t) => {
  const file = join(folder(t), "acme-1.json");
  await lanectl(["device", "new", "weighbridge", "modbus", "acme-1", "-o", file]);
  const good = JSON.parse(readFileSync(file, "utf8").replaceAll("FILL IN: ", "")) as Record<string, unknown>;
  const wrong = async (change: object) => {
    writeFileSync(file, JSON.stringify({ ...good, ...change }));
    const { code, stdout } = await check(file, "--class", "weighbridge", "--family", "modbus");
    assert.equal(code, 1, stdout);
    return stdout;
  };
  assert.match(await wrong({ functionCode: 5 }), /\/functionCode/);
  assert.match(await wrong({ name: "acme-2" }), /it calls itself acme-2/);
  writeFileSync(file, "{");
  assert.match((await check(file)).stdout, /it is not JSON/);
});

test("an unknown family, a bad name and a file that is not there are wrong usage", async (t) => {
  const unknown = await lanectl(["device", "new", "weighbridge", "telegraph", "acme-1"]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /these have: weighbridge modbus, weighbridge ascii, gate modbus, gate opcua/);
  assert.equal((await lanectl(["device", "new", "weighbridge", "modbus", "../acme"])).code, 2);
  assert.equal((await check(join(folder(t), "none.json"))).code, 2);
});

test("list names every product that is known", async () => {
  const { code, stdout } = await lanectl(["device", "profile", "list"]);
  assert.equal(code, 0);
  assert.match(stdout, /weighbridge +modbus +cas-ci-600/);
  assert.match(stdout, /gate +opcua +packed-word/);
});

test("the page about adding a device: its commands run, and its profile may be used", async (t) => {
  const page = readFileSync(join(ROOT, "docs/add-a-device.md"), "utf8");
  const here = folder(t);
  const profiles = join(here, "weighbridge/modbus/profiles");
  mkdirSync(profiles, { recursive: true });
  const commands = [...page.matchAll(/^npm run lanectl -- (device (?:new|profile) .*)$/gm)].map(
    ([, command]) => command,
  );
  const [begin, look, ...others] = commands.map((command) => command?.split(/\s+/) ?? []);
  assert.deepEqual(others, []);
  assert.ok(begin !== undefined && look !== undefined);
  const file = join(profiles, "acme-w1.json");
  const begun = await lanectl([...begin, "-o", file]);
  assert.equal(begun.code, 0, begun.stderr);
  const example = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  writeFileSync(file, example);
  const place = "devices/weighbridge/modbus/profiles/acme-w1.json";
  assert.equal(look.at(-1), place);
  const checked = await lanectl([...look.slice(0, -1), file]);
  assert.equal(checked.code, 0, checked.stdout);
  assert.match(checked.stdout, /to be verified at commissioning: gross\/wordOrder/);
  for (const [, tests] of page.matchAll(/^npm test -- (.*)$/gm)) {
    for (const name of tests?.split(" ") ?? []) assert.ok(readFileSync(join(ROOT, name), "utf8").length > 0, name);
  }
});
