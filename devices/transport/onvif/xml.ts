import { XMLParser, XMLValidator } from "fast-xml-parser";
import { LaneError } from "#contract/errors";

/** Largest XML document read, characters. A plate event may carry a small picture in base64. */
export const XML_LIMIT = 1024 * 1024;
const DEPTH_LIMIT = 64;
/** Most tags and attributes: small ones by the hundred thousand would keep us busy for a second a document. */
const MARKUP_LIMIT = 40_000;

/** An element with its namespace resolved. Text and attributes are strings, never numbers: "012345" is a plate. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  /** By name as written, prefix included. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Character data directly inside, without surrounding white space. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** Namespace that a prefix stands for here, for names inside text (topics, fault codes). */
  resolve(prefix: string): string | undefined;
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: "#cdata",
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_LIMIT,
});

/**
 * Reads one document. Refuses with DEVICE_PROTOCOL: more than 1 MB, deeper than 64, too much markup, not well-formed, more than one root,
 * any DOCTYPE (SOAP has none, and it is where entity bombs live), names such as `__proto__`, undeclared entities.
 */
export function parseXml(document: string): XmlElement {
  if (document.length > XML_LIMIT) throw notXml(`more than ${XML_LIMIT} characters`);
  if (count(document, "<") + count(document, "=") > MARKUP_LIMIT) throw notXml("too much markup");
  if (/<!DOCTYPE/i.test(document)) throw notXml("it has a DOCTYPE");
  const validity = XMLValidator.validate(document);
  if (validity !== true) throw notXml(validity.err.code);
  const roots = elementsOf(parse(document));
  const [root] = roots;
  if (root === undefined || roots.length !== 1) throw notXml("it has not one root");
  return convert(root, { declared: new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]) });
}

/** The first child with this namespace and name. */
export function child(parent: XmlElement | undefined, namespace: string, name: string): XmlElement | undefined {
  return parent?.children.find((found) => found.name === name && found.namespace === namespace);
}

/** All children with this namespace and name. */
export function childrenNamed(parent: XmlElement | undefined, namespace: string, name: string): readonly XmlElement[] {
  return parent?.children.filter((found) => found.name === name && found.namespace === namespace) ?? [];
}

/** Text for use inside an element or a double-quoted attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The parser's own shape: one key names the element and holds its content, ":@" holds attributes. */
type Raw = Readonly<Record<string, unknown>>;
interface Scope {
  readonly declared: ReadonlyMap<string, string>;
  readonly parent?: Scope;
}

function parse(document: string): readonly Raw[] {
  try {
    return parser.parse(document) as readonly Raw[];
  } catch {
    throw notXml("too deep, or with forbidden names");
  }
}

function convert(raw: Raw, parentScope: Scope): XmlElement {
  const tag = tagOf(raw);
  const content = (raw[tag] ?? []) as readonly Raw[];
  const attributes = new Map<string, string>();
  const declared = new Map<string, string>();
  for (const [key, value] of Object.entries((raw[":@"] ?? {}) as Record<string, string>)) {
    const text = decode(value);
    if (key === "xmlns") declared.set("", text);
    else if (key.startsWith("xmlns:")) declared.set(key.slice(6), text);
    else attributes.set(key, text);
  }
  const scope: Scope = declared.size === 0 ? parentScope : { declared, parent: parentScope };
  const [prefix, name] = splitName(tag);
  return {
    namespace: lookUp(scope, prefix) ?? "",
    name,
    attributes,
    text: content.map(textOf).join("").trim(),
    children: elementsOf(content).map((element) => convert(element, scope)),
    resolve: (asked) => lookUp(scope, asked),
  };
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++;
  return found;
}

function tagOf(raw: Raw): string {
  return Object.keys(raw).find((key) => key !== ":@") ?? "#text";
}

function elementsOf(content: readonly Raw[]): readonly Raw[] {
  return content.filter((raw) => !tagOf(raw).startsWith("#"));
}

function textOf(raw: Raw): string {
  const text = raw["#text"];
  if (typeof text === "string") return decode(text);
  const literal = raw["#cdata"] as readonly Raw[] | undefined;
  return literal?.map((piece) => String(piece["#text"] ?? "")).join("") ?? "";
}

/** Prefix and local name; no prefix is "". */
export function splitName(qualified: string): readonly [prefix: string, local: string] {
  const colon = qualified.indexOf(":");
  return colon < 0 ? ["", qualified] : [qualified.slice(0, colon), qualified.slice(colon + 1)];
}

function lookUp(scope: Scope, prefix: string): string | undefined {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = level.declared.get(prefix);
    if (found !== undefined) return found;
  }
  return undefined;
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** One pass over the five predefined entities and character references; anything else needs a DTD and is refused. */
function decode(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&/gi, (_all, hex, decimal, name) => {
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number(decimal));
    const known = name === undefined || !Object.hasOwn(PREDEFINED, name) ? undefined : PREDEFINED[name];
    if (known === undefined) throw notXml("it has an undeclared entity");
    return known;
  });
}

function character(code: number): string {
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  if (!allowed) throw notXml("it has a character that XML does not allow");
  return String.fromCodePoint(code);
}

function notXml(why: string): LaneError {
  return new LaneError("DEVICE_PROTOCOL", `the camera's XML is refused: ${why}`);
}
