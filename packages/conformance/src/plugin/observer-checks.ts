import { type Choice, type MetricEvent, type Registry, Trainer, updatePlanner } from '@espalier/core';
import type { Check } from '../checks/check.js';
import { difference } from '../support/difference.js';
import { fail } from '../support/fail.js';
import { makeParts } from '../training/training.js';
import { guarded } from './guard.js';
import { methodSetup, onReference } from './method-checks.js';

/** An observer sees a whole run, evaluations and updates included; what it measures is to be finite and repeatable. */
export function observerChecks(registry: Registry, choice: Choice, who: string): readonly Check[] {
  return [
    {
      name: `${who} measures the same for the same run`,
      run: async () => {
        const first = await metricsOf(registry, choice);
        const found = difference(await metricsOf(registry, choice), first, 'metric');
        if (found !== undefined) fail(`A second run with the same seed differs: ${found}.`);
      },
    },
  ];
}

async function metricsOf(registry: Registry, choice: Choice): Promise<readonly MetricEvent[]> {
  const { strategy, name } = registry.create('observe', choice);
  const factory = await onReference(new Set(strategy.probe?.needs));
  const setup = { ...methodSetup(registry, 'conformance', {}), factory, epochs: 3 };
  const { engine, recipe, start, random } = await makeParts(setup);
  const trainer = new Trainer({
    ...{ engine, recipe, start, random, planner: updatePlanner },
    ...{ dataset: setup.dataset, optimizer: setup.optimizer, epochs: 3, batchSize: setup.batchSize },
    evaluation: { every: 1, splits: ['test'] },
    observers: [{ name, observer: guarded(strategy) }],
  });
  const metrics: MetricEvent[] = [];
  await trainer.train().forEach((event) => {
    if (event.type === 'metric') metrics.push(event);
  });
  await trainer.dispose();
  return metrics;
}
