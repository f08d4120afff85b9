import { join } from "node:path";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { isFunctionLikeDeclaration, isIdentifier, isPropertyAccessExpression } from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

/** Longest function, lines. */
export const FUNCTION_LIMIT = 70;

/** Parses the files of the projects at `configs` (paths relative to `root`) and calls `visit` with each, name first. */
export function parseProjects(
  root: string,
  configs: readonly string[],
  visit: (name: string, file: SourceFile) => void,
): void {
  const api = new API({ cwd: root });
  try {
    const snapshot = api.updateSnapshot({ openProjects: configs.map((config) => join(root, config)) });
    for (const project of snapshot.getProjects()) {
      for (const path of project.rootFiles) {
        const file = project.program.getSourceFile(path);
        if (file !== undefined) visit(path.slice(root.length + 1), file);
      }
    }
  } finally {
    api.close();
  }
}

/** Functions of `file` longer than the limit, as `name:line: n lines`. */
export function longFunctions(name: string, file: SourceFile): readonly string[] {
  const found: string[] = [];
  walk(file, (node) => {
    if (!isFunctionLikeDeclaration(node)) return;
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    const last = file.getLineAndCharacterOfPosition(node.end).line;
    const lines = last - first + 1;
    if (lines > FUNCTION_LIMIT) found.push(`${name}:${first + 1}: a function of ${lines} lines`);
  });
  return found;
}

const IMPURE_GLOBALS = new Set(["Date", "performance", "console", "setTimeout", "setInterval", "process"]);

/** Uses of clocks, randomness and the console in a file that must be pure, as `name:line: what`. */
export function impurities(name: string, file: SourceFile): readonly string[] {
  const found: string[] = [];
  const report = (node: Node, what: string) =>
    found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${what}`);
  walk(file, (node) => {
    if (isPropertyAccessExpression(node)) {
      const text = node.getText(file).replace(/\s/g, "");
      if (text === "Math.random" || text.startsWith("globalThis.")) report(node, text);
    } else if (isIdentifier(node) && IMPURE_GLOBALS.has(node.text) && !isName(node)) report(node, node.text);
  });
  return found;
}

/** Whether an identifier merely names a member (`sample.process`, `{ process: 1 }`) instead of using the global. */
function isName(node: Node): boolean {
  const { parent } = node;
  return "name" in parent && parent.name === node;
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}
