/**
 * Starts every npm script of this project: makes sure that the dependencies are installed, then runs the command with
 * the Node.js this project is written for, which npm installs beside the other dependencies.
 *
 *   node scripts/run.js <file> [arguments]    run a TypeScript file of this repository
 *   node scripts/run.js --test [files]        run the tests, all of them when no file is given
 *
 * Plain JavaScript without dependencies: the host's Node runs it before anything is installed. Everything it says goes
 * to stderr, because the command behind it may print JSON on stdout.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_MAJOR = 24;
/** How often a line says that the installation is still going on, milliseconds. */
const PROGRESS_MS = 5000;
/** What npm prints when it cannot reach its registry. */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/;

const say = (line) => process.stderr.write(`gatelane: ${line}\n`);

/** Modification time in milliseconds, or undefined when there is no such file. */
function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : undefined;
}

/** npm writes node_modules/.package-lock.json last, so an interrupted installation counts as none. */
function mustInstall() {
  const locked = modified(join(ROOT, "package-lock.json"));
  const installed = modified(join(ROOT, "node_modules", ".package-lock.json"));
  if (locked === undefined) return false;
  return installed === undefined || locked > installed;
}

/** Runs `npm ci` and resolves with its exit code and what it wrote. */
function npmCi() {
  // Development and optional packages are named, because a host may be configured to leave them out; Node is one of them.
  const flags = ["--include=dev", "--include=optional", "--prefer-offline", "--no-progress", "--loglevel=error"];
  const npm = spawn("npm", ["ci", ...flags], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk) => {
    output += chunk;
  };
  npm.stdout.on("data", collect);
  npm.stderr.on("data", collect);
  const stopForwarding = forwardSignals(npm);
  return new Promise((done) => {
    npm.once("error", (error) => done({ code: 127, output: `npm cannot be started: ${error.message}\n` }));
    npm.once("close", (code, signal) => done({ code: exitCode(code, signal), output, signal }));
  }).finally(stopForwarding);
}

async function install() {
  const startedAt = Date.now();
  const elapsed = () => Math.round((Date.now() - startedAt) / 1000);
  say("installing the dependencies with npm ci; this happens once for each package-lock.json");
  const progress = setInterval(() => say(`still installing, ${elapsed()} s`), PROGRESS_MS);
  const { code, output, signal } = await npmCi();
  clearInterval(progress);
  if (code === 0) {
    say(`dependencies installed in ${elapsed()} s`);
    return;
  }
  if (signal) process.exit(code);
  process.stderr.write(output);
  say(`npm ci failed with exit code ${code} after ${elapsed()} s`);
  if (OFFLINE.test(output)) {
    say("npm could not reach its package registry. Connect this machine, or name a reachable registry with");
    say("  npm config set registry <url>");
    say("or copy node_modules from a machine of the same kind, then run the command again.");
  }
  process.exit(code);
}

/** Whether `command` starts and is new enough. A binary for another C library exists and cannot start. */
function isUsableNode(command) {
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
  return status === 0 && Number(/^v(\d+)\./.exec(stdout)?.[1]) >= NODE_MAJOR;
}

/** The pinned Node, else the one that runs this file, else an error that says what to do. */
function findNode() {
  const pinned = join(ROOT, "node_modules", ".bin", "node");
  if (existsSync(pinned) && isUsableNode(pinned)) return pinned;
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  say(`Node.js ${NODE_MAJOR} or newer is needed, this is ${process.version} on ${process.platform}-${process.arch}.`);
  say("On Linux (glibc, x64 or arm64) it comes with the dependencies: run npm ci --include=optional");
  say(`Elsewhere install Node.js ${NODE_MAJOR} from https://nodejs.org/ and run the command again.`);
  return process.exit(1);
}

/** The exit code a shell would report. */
function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/**
 * Hands the signals that ask this process to end on to `child`, and lives on until the child has ended. On a terminal
 * Ctrl-C and a hang-up already reach the whole process group; a second copy would look like an impatient user.
 */
function forwardSignals(child) {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const handlers = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
    const reachedTheGroup = onTerminal && signal !== "SIGTERM";
    return [signal, () => void (reachedTheGroup || child.kill(signal))];
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

/** Two lanes at a time would take the processors from each other, and a test could not tell slow from broken. */
const ONE_AT_A_TIME = "e2e";

/** Arguments for Node, from the arguments of this file: one run after the other. */
function nodeRuns([first, ...rest]) {
  if (first !== "--test") return [[resolve(ROOT, first), ...rest]];
  const test = (concurrency, files) => [
    "--test",
    `--test-concurrency=${concurrency}`,
    "--test-reporter=spec",
    ...files,
  ];
  if (rest.some((argument) => !argument.startsWith("-"))) return [test(2, rest)];
  const folders = readdirSync(join(ROOT, "test"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = folders.filter(({ name }) => name !== ONE_AT_A_TIME).map(({ name }) => `test/${name}/**/*.test.ts`);
  return [test(2, [...rest, "test/*.test.ts", ...others]), test(1, [...rest, `test/${ONE_AT_A_TIME}/**/*.test.ts`])];
}

/** Runs Node to its end and resolves with its exit code. */
function run(node, args, cwd) {
  // What was stripped of its types and compiled once is kept; it also keeps the compiler out of every process.
  const env = { NODE_COMPILE_CACHE: join(ROOT, ".build", "compile-cache"), ...process.env };
  const child = spawn(node, args, { cwd, stdio: "inherit", env });
  const stopForwarding = forwardSignals(child);
  return new Promise((done) => {
    child.once("error", (error) => {
      say(`cannot start Node.js: ${error.message}`);
      done(1);
    });
    child.once("close", (code, signal) => done(exitCode(code, signal)));
  }).finally(stopForwarding);
}

async function main(args) {
  if (args.length === 0) {
    say("usage: node scripts/run.js <file> [arguments]  |  node scripts/run.js --test [files]");
    process.exit(2);
  }
  if (mustInstall()) await install();
  const cwd = args[0] === "--test" ? ROOT : process.cwd();
  const node = findNode();
  let worst = 0;
  for (const nodeArguments of nodeRuns(args)) {
    const code = await run(node, nodeArguments, cwd);
    // A run that was interrupted is not followed by another.
    if (code > 128) process.exit(code);
    worst = worst || code;
  }
  process.exit(worst);
}

await main(process.argv.slice(2));
