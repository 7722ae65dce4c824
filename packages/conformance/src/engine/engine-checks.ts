import type { EngineFactory } from '@espalier/core';
import { type ReasonedCheck, withSkips } from '../checks/skip.js';
import { behaviourChecks } from './behaviour-checks.js';
import { onBench } from './bench.js';
import { gradientChecks } from './gradient-checks.js';
import { PERCEPTRON } from './networks.js';
import { optionalChecks } from './optional-checks.js';
import { completeEngineOptions, type EngineOptions } from './options.js';
import { trainingChecks } from './training-checks.js';

/**
 * Everything that holds of an engine that keeps the contract, without a test runner: {@link describeEngine} makes tests of it.
 *
 * @param createFactory - called once, when the first check runs
 * @param options - what it is compared on, and how closely
 * @throws TypeError where `skip` names what is not there
 */
export function engineChecks(
  createFactory: () => EngineFactory | Promise<EngineFactory>,
  options: EngineOptions = {},
): readonly ReasonedCheck[] {
  const complete = completeEngineOptions(options);
  let made: Promise<EngineFactory> | undefined;
  const once = () => {
    made ??= Promise.resolve(createFactory());
    return made;
  };
  const checks = [
    ...complete.networks.flatMap((network) =>
      onBench(once, network, complete, [...gradientChecks, ...trainingChecks, ...optionalChecks]),
    ),
    ...onBench(once, complete.networks[0] ?? PERCEPTRON, complete, behaviourChecks),
  ];
  return withSkips(checks, complete.skip, 'The engine');
}
