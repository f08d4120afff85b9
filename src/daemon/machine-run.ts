import { readFileSync } from "node:fs";

/** The kernel's name for this run of the machine (random(4)); undefined where there is none. */
export function machineRun(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return undefined;
  }
}
