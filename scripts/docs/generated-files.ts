import { faultsPage } from "./faults-page.ts";

/** Every generated file: path from the top folder, and what must stand in it. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([["docs/faults.md", faultsPage()]]);
}
