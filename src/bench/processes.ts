import { readdirSync, readFileSync } from "node:fs";

/** The processes under one supervisor; a part is absent while it does not run. */
export interface LaneProcesses {
  readonly control?: number;
  readonly edge?: number;
  readonly vision?: number;
}

const MODULES = {
  control: "/daemon/control-process.ts",
  edge: "/daemon/edge-process.ts",
  vision: "/vision/main.ts",
} as const;

/** Who runs below `supervisor` now, from the system's own list (Linux). */
export function processesBelow(supervisor: number): LaneProcesses {
  const parents = new Map(runningProcesses().map((pid) => [pid, parentOf(pid)]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === supervisor || isBelow(parent));
  };
  const below = [...parents.keys()].filter(isBelow);
  const running = (module: string) => below.find((pid) => commandLineOf(pid).includes(module));
  return Object.fromEntries(
    Object.entries(MODULES).flatMap(([part, module]) => {
      const pid = running(module);
      return pid === undefined ? [] : [[part, pid]];
    }),
  );
}

/** Whether a process runs; one that has ended and was not collected by its parent yet does not. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

function runningProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isRunning);
}

function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** The fields of `/proc/<pid>/stat` from the state on; the name before them may hold anything. */
function statOf(pid: number): string[] | undefined {
  const text = readProc(pid, "stat");
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function commandLineOf(pid: number): string {
  return readProc(pid, "cmdline")?.replaceAll("\0", " ") ?? "";
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
