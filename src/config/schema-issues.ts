import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { expectation, intendedNumber, type SchemaNode } from "./expectation.ts";
import { type ConfigIssue, shown } from "./issues.ts";
import { nearest } from "./nearest.ts";
import { type KeyPath, pathText, type YamlDocument } from "./yaml-document.ts";

/** Compiles a schema: unknown keywords are refused, defaults are filled in, `driver` chooses the branch. */
export function compileSchema(schema: object): ValidateFunction {
  return new Ajv({ allErrors: true, discriminator: true, strict: true, useDefaults: true, verbose: true }).compile(
    schema,
  );
}

/** Validates the value of `document`, filling in defaults in place, and puts every mistake into words. */
export function schemaIssues(validate: ValidateFunction, document: YamlDocument): readonly ConfigIssue[] {
  if (validate(document.value)) return [];
  const errors = outermost(validate.errors ?? []);
  const findings = errors.map(finding);
  const seen = new Set<string>();
  return findings
    .filter(({ path, isMissing }) => !(isMissing && findings.some(({ meant }) => meant === pathText(path))))
    .filter(({ path }) => !seen.has(pathText(path)) && seen.add(pathText(path)))
    .map(({ path, value, expected, fix }) => ({
      path: pathText(path),
      line: document.lineOf(path),
      value,
      expected,
      fix,
    }));
}

interface Finding {
  readonly path: KeyPath;
  readonly value: string | null;
  readonly expected: string;
  readonly fix: string;
  readonly isMissing?: boolean;
  /** For a misspelt key: the path it was meant to be, so that the right one is not also reported as missing. */
  readonly meant?: string;
}

/** An `anyOf` or `propertyNames` reports its parts and then itself; only the last says something to people. */
function outermost(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => ["anyOf", "oneOf", "propertyNames"].includes(keyword));
  return errors.filter(
    (error) => !unions.some((union) => union !== error && error.schemaPath.startsWith(`${union.schemaPath}/`)),
  );
}

function finding(error: ErrorObject): Finding {
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(error, String(error.params["additionalProperty"]));
    case "required":
      return missingKey(error, String(error.params["missingProperty"]));
    case "discriminator":
      return unknownDriver(error, String(error.params["tag"]), error.params["tagValue"]);
    case "propertyNames":
      return badName(error, String(error.params["propertyName"]));
    case "const":
    case "enum":
    case "anyOf":
      return wrongChoice(error);
    default:
      return wrongValue(error);
  }
}

const schemaOf = (error: ErrorObject): SchemaNode => (error.parentSchema ?? {}) as SchemaNode;

function pathOf({ instancePath }: ErrorObject): KeyPath {
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function unknownKey(error: ErrorObject, key: string): Finding {
  const parent = pathOf(error);
  const known = Object.keys(schemaOf(error).properties ?? {});
  const present: Readonly<Record<string, unknown>> = { ...(error.data as object) };
  const suggestion = nearest(key, known);
  return {
    path: [...parent, key],
    value: `${shown(present[key], key)}, under a key that does not exist`,
    expected: `one of the keys ${known.join(", ")}`,
    fix: suggestion === undefined ? "remove it" : `did you mean ${suggestion}?`,
    ...(suggestion === undefined ? {} : { meant: pathText([...parent, suggestion]) }),
  };
}

function missingKey(error: ErrorObject, key: string): Finding {
  const schema = schemaOf(error).properties?.[key] ?? {};
  const path = [...pathOf(error), key];
  const expected = expectation(schema, key);
  return { path, value: null, expected, fix: `add the line "${key}: ..."`, isMissing: true };
}

function unknownDriver(error: ErrorObject, tag: string, value: unknown): Finding {
  const branches = (error.parentSchema?.["oneOf"] ?? []) as readonly SchemaNode[];
  const names = branches.flatMap(({ properties }) => {
    const name = properties?.[tag]?.const;
    return typeof name === "string" ? [name] : [];
  });
  const suggestion = typeof value === "string" ? nearest(value, names) : undefined;
  return {
    path: [...pathOf(error), tag],
    value: value === undefined ? null : shown(value, tag),
    expected: names.length === 1 ? (names[0] ?? "") : `one of ${names.join(", ")}`,
    fix: suggestion === undefined ? `add the line "${tag}: ..." with one of these` : `did you mean ${suggestion}?`,
    isMissing: value === undefined,
  };
}

function badName(error: ErrorObject, name: string): Finding {
  const schema = (error.schema ?? {}) as SchemaNode;
  const fix = "use letters, digits, - and _ only, and start with a letter or digit";
  return { path: [...pathOf(error), name], value: shown(name, ""), expected: expectation(schema, ""), fix };
}

function wrongChoice(error: ErrorObject): Finding {
  const path = pathOf(error);
  const key = path.at(-1) ?? "";
  const schema = schemaOf(error);
  const choices = [...(schema.enum ?? []), schema.const, ...(schema.anyOf ?? []).map((branch) => branch.const)];
  const words = choices.filter((choice) => typeof choice === "string");
  const suggestion = typeof error.data === "string" ? nearest(error.data, words) : undefined;
  return {
    path,
    value: shown(error.data, key),
    expected: expectation(schema, key),
    fix: suggestion === undefined ? "write one of the allowed values" : `did you mean ${suggestion}?`,
  };
}

function wrongValue(error: ErrorObject): Finding {
  const path = pathOf(error);
  const key = path.at(-1) ?? "";
  const schema = schemaOf(error);
  return { path, value: shown(error.data, key), expected: expectation(schema, key), fix: remedy(error, schema, key) };
}

function remedy(error: ErrorObject, schema: SchemaNode, key: string): string {
  const { data } = error;
  if (schema.type === "integer" || schema.type === "number") {
    const number = intendedNumber(data, key);
    if (number !== undefined) return `write ${schema.type === "integer" ? Math.round(number) : number}`;
    return "write a number inside the range";
  }
  if (schema.type === "boolean") {
    if (typeof data === "string" && /^(?:yes|on)$/i.test(data)) return "write true";
    if (typeof data === "string" && /^(?:no|off)$/i.test(data)) return "write false";
    return "write true or false";
  }
  if (schema.type === "string" && typeof data !== "string") {
    return typeof data === "object" ? "write one text" : `put it into quotes: "${String(data)}"`;
  }
  if (schema.type === "object" || schema.type === "array") return "check the indentation of the lines below this key";
  return "write a value of this form";
}
