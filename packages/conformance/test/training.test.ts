import {
  definePlugin,
  isStep,
  isTopologyUpdate,
  method,
  Registry,
  strategy,
  type TrainEvent,
  Trainer,
  updatePlanner,
} from '@espalier/core';
import { referenceEngine } from '@espalier/engine-reference';
import { expect, it } from 'vitest';
import { methodSetup } from '../src/plugin/method-checks.js';
import { standIns } from '../src/plugin/stand-ins.js';
import { makeParts, Training } from '../src/training/training.js';

const about = { summary: 'For a test of the kit itself.' };

/** What a run can be made of: summed gradients, steps without the optimizer, a hook. */
const everything = definePlugin({
  name: 'acme',
  api: 1,
  strategies: [
    strategy(
      'regrow',
      'acme/gradient',
      {},
      {
        useFactory: () => ({
          needs: ['gradient'],
          propose: (layer, count) => layer.strongest('gradient', count),
        }),
      },
      about,
    ),
    strategy(
      'hook',
      'acme/shrink',
      {},
      {
        useFactory: () => ({
          needs: ['momentum'],
          afterStep({ active, weights, signal }, context) {
            const momentum = signal('momentum', active);
            const random = context.random('shrink');
            for (let i = 0; i < weights.length; i++) {
              weights[i]! -= 1e-3 * context.learningRate * (momentum[i]! + random.normal());
            }
          },
        }),
      },
      about,
    ),
  ],
  methods: [
    method(
      'acme/everything',
      {},
      () => ({
        allocate: 'conformance/shares',
        topology: 'conformance/drawn',
        weights: 'conformance/weights',
        trigger: { use: 'conformance/every', steps: 4 },
        drop: 'conformance/fraction',
        densitySchedule: { use: 'conformance/drift', by: 0.5 },
        prune: 'conformance/magnitude',
        pruneQuota: 'conformance/share',
        redistribute: 'conformance/losses',
        regrow: 'acme/gradient',
        grownValue: 'conformance/zeros',
        hook: 'acme/shrink',
        skipOptimizerStep: true,
        accumulate: 2,
      }),
      about,
    ),
  ],
});

const registry = new Registry().add(standIns).add(everything);
const setup = {
  ...methodSetup(registry, 'acme/everything', {}),
  factory: referenceEngine(),
  epochs: 3,
};

it('the steps of the kit are those of a trainer', async () => {
  const events: TrainEvent[] = [];
  const { dataset, optimizer, epochs, batchSize } = setup;
  const trainer = new Trainer({
    ...{ ...(await makeParts(setup)), planner: updatePlanner, dataset, optimizer, epochs, batchSize },
    evaluation: { every: 0, splits: [] },
  });
  await trainer.train().forEach((event) => void events.push(event));

  const training = await Training.begin(setup);
  const losses: number[] = [];
  const updates: number[] = [];
  while (training.step < training.length.totalSteps) {
    const { loss, plan } = await training.next();
    losses.push(loss);
    if (plan !== undefined) updates.push(plan.clock.step);
  }
  expect(losses).toEqual(events.filter(isStep).map(({ loss }) => loss));
  expect(updates).toEqual(events.filter(isTopologyUpdate).map(({ step }) => step));
  expect(updates.length).toBeGreaterThan(5);
  expect(await training.engine.save()).toEqual(await trainer.engine.save());
});
