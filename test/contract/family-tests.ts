import { after, before, describe, it } from "node:test";
import { type Family, NotApplicable } from "#bench/contract/check";

/** Registers everything that is asked of a family, side by side: each case has a rig of its own. */
export function familyTests(...families: readonly Family[]): void {
  for (const family of families) {
    describe(`${family.class} contract: ${family.name}`, { concurrency: 4 }, () => {
      before(() => family.start());
      after(() => family.stop());
      for (const { name, run } of family.cases) {
        it(name, async (test) => {
          try {
            await run(
              () => undefined,
              (advice) => test.diagnostic(advice),
            );
          } catch (error) {
            if (!(error instanceof NotApplicable)) throw error;
            test.skip(error.message);
          }
        });
      }
    });
  }
}
