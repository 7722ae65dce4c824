import type { EngineFactory } from '@espalier/core';
import { describeChecks } from '../checks/describe-checks.js';
import { engineChecks } from './engine-checks.js';
import type { EngineOptions } from './options.js';

/**
 * Tests of everything that holds of an engine that keeps the contract, by comparison with the reference engine: losses,
 * gradients, what is strongest, every optimizer over topology changes with every slot policy, saved states, refusals,
 * disposal. Networks that the engine refuses are skipped. Call it at the top of a test file.
 *
 * @param name - for the report, e.g. `sparse with two threads`
 * @param createFactory - called once, when the first test runs
 * @param options - what it is compared on, and how closely
 * @throws TypeError where `skip` names what is not there
 */
export function describeEngine(
  name: string,
  createFactory: () => EngineFactory | Promise<EngineFactory>,
  options: EngineOptions = {},
): void {
  describeChecks(`the engine ${name} keeps the contract`, engineChecks(createFactory, options));
}
