import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The top folder of the repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Not ours, or not sources: dependencies, generated types, run-time data, weights. */
const SKIPPED = new Set(["node_modules", ".build", ".git", "data", "tmp", "fixtures"]);
const TEXT =
  /(?:\.(?:ts|js|json|md|ya?ml|sh|service|html|css|toml|conf)|(?:^|\/)(?:Dockerfile[^/]*|LICENSE|\.ci\/run))$/;

/** Every text file below `root`, as paths with slashes relative to it, sorted. */
export function textFiles(root: string = ROOT): readonly string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(root, path).split(sep).join("/");
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(path);
      } else if (TEXT.test(name) && name !== "package-lock.json") found.push(name);
    }
  };
  visit(root);
  return found.sort();
}

/** The TypeScript files of the project, as text files give them. */
export function typescriptFiles(root: string = ROOT): readonly string[] {
  return textFiles(root).filter((name) => name.endsWith(".ts"));
}

export const readText = (name: string, root: string = ROOT): string => readFileSync(join(root, name), "utf8");
