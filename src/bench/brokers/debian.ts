import { spawnSync } from "node:child_process";

/** Programs of other people that a bench uses, and the Debian packages they come in. */
export const DEBIAN_PACKAGES = {
  mosquitto: "mosquitto",
  "nats-server": "nats-server",
} as const;
export type Program = keyof typeof DEBIAN_PACKAGES;

/** Another installation on this machine may be at work; it is waited for. */
const LOCK_WAIT_SECONDS = 120;

/** Whether a program can be started here. */
export function isInstalled(program: string): boolean {
  const { error, status } = spawnSync(program, [program === "nats-server" ? "--version" : "-h"], { stdio: "ignore" });
  return error === undefined && status !== null;
}

/**
 * Installs Debian packages. Returns undefined when they are there, else a sentence that says why not and what to do.
 * Services that come with a package are kept from starting by the system's own policy, not by us.
 */
export function installPackages(packages: readonly string[]): string | undefined {
  if (packages.length === 0) return undefined;
  const advice = `install it by hand: apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (process.getuid?.() !== 0) return `only root can install packages; ${advice}`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`];
  const install = () =>
    spawnSync("apt-get", [...wait, "install", "-y", "--no-install-recommends", ...packages], { env, encoding: "utf8" });
  let result = install();
  if (result.status !== 0 && result.error === undefined) {
    spawnSync("apt-get", ["update"], { env, stdio: "ignore" });
    result = install();
  }
  if (result.status === 0) return undefined;
  const why = (result.error?.message ?? result.stderr).trim().split("\n").at(-1) ?? "";
  return `apt-get cannot install it (${why}); ${advice}`;
}
