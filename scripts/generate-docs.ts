/** Writes the pages and schemas that are derived from the code. `test/tidy.test.ts` keeps them equal. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./docs/generated-files.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

for (const [name, content] of generatedFiles()) {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  process.stdout.write(`${name}\n`);
}
