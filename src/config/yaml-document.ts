import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { messageOf } from "#contract/errors";
import { ConfigError, type ConfigIssue } from "./issues.ts";

/** Keys from the top of the document down to one value. */
export type KeyPath = readonly string[];

export const pathText = (path: KeyPath): string => path.join(".");

/** A parsed file: its value, what was wrong with its form, and where its parts stand. */
export interface YamlDocument {
  readonly value: unknown;
  readonly issues: readonly ConfigIssue[];
  /** Line of the key or list item at `path`, or of the nearest enclosing part that exists. */
  lineOf(path: KeyPath): number | null;
}

/**
 * Parses one YAML 1.2 document with plain keys. Anchors, aliases and tags are refused: a reader must see what applies
 * where it applies. Throws ConfigError when the text cannot be understood; duplicate keys, anchors and the like come
 * back as issues, so that they are reported together with everything else.
 */
export function parseYaml(file: string, text: string): YamlDocument {
  const lines = new LineCounter();
  const document = parse(file, text, lines);
  const at = (offset: number) => lines.linePos(offset).line;
  const broken = document.errors.filter(({ code }) => code !== "DUPLICATE_KEY");
  if (broken.length > 0) {
    const issues = broken.slice(0, SYNTAX_LIMIT).map((error) => syntaxIssue(error, at));
    throw new ConfigError(file, issues);
  }
  const issues = [
    ...document.errors.map(({ pos }) => duplicateIssue(keyPathAt(document, pos[0]), at(pos[0]))),
    ...document.warnings.map(({ pos }) => tagIssue(at(pos[0]))),
    ...valueIssues(document, at),
  ];
  const hasAliases = issues.some(({ expected }) => expected === PLAIN_VALUE);
  if (hasAliases) throw new ConfigError(file, issues);
  return { value: document.toJS(), issues, lineOf: (path) => lineOf(document, path, at) };
}

/** Syntax errors that are reported: one slip can make the parser stumble at every line after it. */
const SYNTAX_LIMIT = 5;
const PLAIN_VALUE = "the value written out, without anchors, aliases or tags";

function parse(file: string, text: string, lines: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false });
  } catch (error) {
    // Thousands of nested brackets exhaust the stack of the parser.
    const value = `unreadable: ${messageOf(error)}`;
    const fix = "check that this is the right file";
    throw new ConfigError(file, [{ path: "", line: null, value, expected: "a YAML document", fix }]);
  }
}

function syntaxIssue(error: YAMLError, at: (offset: number) => number): ConfigIssue {
  const value = `not YAML: ${error.message.split("\n")[0] ?? ""}`;
  const fix = "check indentation (spaces, no tabs), quotes and brackets in this line and the one above";
  return { path: "", line: at(error.pos[0]), value, expected: "a YAML document", fix };
}

function tagIssue(line: number): ConfigIssue {
  return { path: "", line, value: "a tag", expected: PLAIN_VALUE, fix: "remove the word that starts with !" };
}

function duplicateIssue(path: KeyPath, line: number): ConfigIssue {
  const key = path.at(-1) ?? "";
  const isDevice = path.length === 2 && path[0] === "devices";
  return {
    path: pathText(path),
    line,
    value: isDevice ? `two devices with the id ${JSON.stringify(key)}` : "given twice",
    expected: isDevice ? "an id of its own for each device" : "each key once",
    fix: isDevice ? "rename one of them" : "remove one of the two",
  };
}

/** Anchors and aliases, and text that is not Unicode (half a surrogate pair, which cannot be hashed or sent). */
function valueIssues(document: Document.Parsed, at: (offset: number) => number): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const report = (node: Node, value: string, expected: string, fix: string): void => {
    issues.push({ path: "", line: at(node.range?.[0] ?? 0), value, expected, fix });
  };
  const fix = "write the value where it is used";
  const anchored = (node: Scalar | YAMLMap | YAMLSeq): void => {
    if (node.anchor !== undefined) report(node, `the anchor &${node.anchor}`, PLAIN_VALUE, fix);
  };
  visit(document, {
    Alias: (_key, node) => report(node, `the alias *${node.source}`, PLAIN_VALUE, fix),
    Collection: (_key, node) => anchored(node),
    Scalar: (_key, node) => {
      anchored(node);
      if (typeof node.value !== "string" || !/\p{Surrogate}/u.test(node.value)) return;
      report(node, "half of a character", "Unicode text", "remove the \\u escape that stands alone");
    },
  });
  return issues;
}

/** The path of the key that starts at `offset`. */
function keyPathAt(document: Document.Parsed, offset: number): KeyPath {
  let found: KeyPath = [];
  visit(document, {
    Pair: (_key, { key }, ancestors) => {
      if (!isScalar(key) || key.range?.[0] !== offset) return undefined;
      const parents = ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : []));
      found = [...parents, String(key.value)];
      return visit.BREAK;
    },
  });
  return found;
}

function lineOf(document: Document.Parsed, path: KeyPath, at: (offset: number) => number): number | null {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.findLast((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return at(node.range[0]);
  }
  return document.contents?.range ? at(document.contents.range[0]) : null;
}
