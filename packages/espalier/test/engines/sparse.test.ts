import { createTrainer, isTopologyUpdate, type TrainEvent, type TrainerConfig } from 'espalier';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';

const DATA = { use: 'synthetic', train: 320, test: 60, inputShape: [8, 8, 1], classes: 4 } as const;

const NETWORKS = {
  mlp: { use: 'mlp', layers: [64, 48, 32, 4] },
  convnet: {
    name: 'convnet',
    inputShape: [8, 8, 1],
    nodes: [
      { kind: 'conv2d', name: 'c1', filters: 6, kernelSize: [3, 3], padding: 'same' },
      { kind: 'batchNorm', name: 'n1' },
      { kind: 'activation', name: 'a1', activation: 'relu' },
      { kind: 'maxPool2d', name: 'p1', poolSize: [2, 2] },
      { kind: 'conv2d', name: 'c2', filters: 8, kernelSize: [3, 3] },
      { kind: 'activation', name: 'a2', activation: 'gelu' },
      { kind: 'flatten', name: 'f' },
      { kind: 'dropout', name: 'd', rate: 0.1 },
      { kind: 'dense', name: 'out', units: 4 },
    ],
  },
} as const satisfies Record<string, TrainerConfig['architecture']>;

async function eventsOf(config: TrainerConfig): Promise<readonly TrainEvent[]> {
  const trainer = await createTrainer({ ...config, positions: true });
  const events = await lastValueFrom(trainer.train().pipe(toArray()));
  await trainer.dispose();
  return events;
}

describe.each(Object.entries(NETWORKS))('the sparse engine, on an %s', (_, architecture) => {
  it.each([
    ['static', {}],
    ['set', {}],
    ['rigl', {}],
    ['ggr', {}],
    ['ggr', { accumulate: 3 }],
    ['rigl', { redistribute: 'global-rank' }],
  ])('trains %s %o as the reference does', async (method, change) => {
    const config: TrainerConfig = {
      data: DATA,
      architecture,
      method,
      ...change,
      trigger: { use: 'step-interval', updateInterval: 6 },
      sparsity: { density: 0.2 },
      optimizer: { use: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4, schedule: 'cosine' },
      train: { epochs: 3, batchSize: 20 },
    };
    const [ours, reference] = [
      await eventsOf({ ...config, engine: 'sparse' }),
      await eventsOf({ ...config, engine: 'reference' }),
    ];
    const updates = (events: readonly TrainEvent[]) => events.filter(isTopologyUpdate).slice(0, 3);
    expect(updates(ours)).toEqual(updates(reference));
    const losses = (events: readonly TrainEvent[]) =>
      events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
    const expected = losses(reference);
    losses(ours)
      .slice(0, 20)
      .forEach((loss, step) => {
        expect(loss, `step ${step}`).toBeCloseTo(expected[step]!, 4);
      });
    expect(losses(ours)).toHaveLength(expected.length);
    expect(losses(ours)).toEqual(losses(await eventsOf({ ...config, engine: 'sparse' })));
  });
});
