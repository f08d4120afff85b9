import { dirname, join } from "node:path";

/** Rules over the text of one file. Each returns what it found, as `name:line: what`. */

const SOURCE_LIMIT = 300;
const TEST_LIMIT = 400;

// Put together from halves, so that these rules do not find themselves.
const LEFTOVER = new RegExp(
  `\\b(?:${["TO", "FIX", "XX"].map((half, i) => half + ["DO", "ME", "X"][i]).join("|")})\\b`,
  "g",
);
const SILENCED = new RegExp(`@ts-(?:${["ignore", "nocheck", "expect-error"].join("|")})`, "g");
const MACHINE_PATH = new RegExp(
  `(?<![\\w.~$}\\])-])/(?:${["home", "root", "work", "tmp", "Users"].join("|")})/[\\w./-]+`,
  "g",
);
const NPM_SCRIPT = /\bnpm (?:run (?:-\S+ )*([\w:-]+)|(test|start)\b)/g;

export function tooLong(name: string, text: string): readonly string[] {
  const limit = name.startsWith("test/") ? TEST_LIMIT : SOURCE_LIMIT;
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > limit ? [`${name}: ${lines} lines, at most ${limit}`] : [];
}

/** Notes to oneself that should have been done or dropped. */
export const leftovers = (name: string, text: string) => matches(name, text, LEFTOVER);

/** Comments that switch the compiler off. */
export const silencedCompiler = (name: string, text: string) => matches(name, text, SILENCED);

/** Absolute paths that exist on somebody's machine only. */
export const machinePaths = (name: string, text: string) => matches(name, text, MACHINE_PATH);

/** npm scripts that are mentioned and not in `known`. */
export function unknownScripts(name: string, text: string, known: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(NPM_SCRIPT)]
    .map((match) => match[1] ?? match[2] ?? "")
    .filter((script) => !known.has(script))
    .map((script) => `${name}: npm run ${script}`);
}

const IMPORT = /^(?:import|export)\b[^"']*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm;

/** Packages that are imported and not among `listed`; own names (`#...`), relative ones and Node's are left out. */
export function unlistedPackages(name: string, text: string, listed: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? "")
    .filter((specifier) => !/^(?:[.#/]|node:|data:)/.test(specifier))
    .map((specifier) =>
      specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/"),
    )
    .filter((packageName) => !listed.has(packageName))
    .map((packageName) => `${name}: ${packageName}`);
}

const NEEDED_IMPORT = /^(?:import|export) (?!type\b)(?:[^"']*? from )?"([^"]+)"/gm;

/** Files of the bench and relative ones that are needed as soon as this one is loaded, and are not `inside`. */
export function importsOutside(name: string, text: string, inside: (name: string) => boolean): readonly string[] {
  return [...text.matchAll(NEEDED_IMPORT)]
    .map((match) => match[1] ?? "")
    .filter((specifier) => /^(?:\.|#bench\/)/.test(specifier))
    .map((specifier) => (specifier.startsWith("#") ? `src/${specifier.slice(1)}` : join(dirname(name), specifier)))
    .filter((imported) => !inside(imported))
    .map((imported) => `${name}: ${imported}`);
}

function matches(name: string, text: string, pattern: RegExp): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, index) => [...line.matchAll(pattern)].map((match) => `${name}:${index + 1}: ${match[0]}`));
}
