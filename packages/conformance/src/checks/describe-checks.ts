import { describe, it } from 'vitest';
import { Untried } from './check.js';
import type { ReasonedCheck } from './skip.js';

/** Registers checks as tests; what can't be tried is skipped with its reason. */
export function describeChecks(title: string, checks: readonly ReasonedCheck[]): void {
  describe(title, () => {
    for (const { name, run, skipped } of checks) {
      it(name, async (test) => {
        if (skipped !== undefined) test.skip(skipped);
        try {
          await run();
        } catch (error) {
          if (error instanceof Untried) test.skip(error.message);
          throw error;
        }
      }, 30_000);
    }
  });
}
