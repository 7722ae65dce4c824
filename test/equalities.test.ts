import type { Choice, RecipeSpec } from '@espalier/core';
import dstEe from '@espalier/plugin-dst-ee';
import granet from '@espalier/plugin-granet';
import itop from '@espalier/plugin-itop';
import mest from '@espalier/plugin-mest';
import snfs from '@espalier/plugin-snfs';
import { expect, it } from 'vitest';
import { tinyRun } from './stream/support/tiny-run.js';

interface Side {
  readonly method: Choice;
  readonly recipe?: RecipeSpec;
  readonly layers?: readonly number[];
}

/** The topology after every update of a run, and the weights at its end. */
async function historyOf({ method, recipe = {}, layers = [6, 8, 3] }: Side, seed: number) {
  const plugins = [dstEe, granet, itop, mest, snfs];
  const { trainer, engine } = await tinyRun({ plugins, method, recipe, layers, seed, epochs: 6 });
  const topologies: number[][][] = [];
  trainer.events.subscribe(({ type }) => {
    if (type === 'topology:update') topologies.push(engine.layers.map(({ active }) => [...active]));
  });
  await trainer.run();
  return { topologies, weights: engine.layers.map((layer) => [...layer.weights()]) };
}

const often = { updateInterval: 3, updateEnd: 1 };
const large = { dropFraction: 0.5, minimum: 0.005, ...often };
const itopSchedule: RecipeSpec = {
  drop: { use: 'cosine', dropFraction: 0.5, minimum: 0.005, updateEnd: 1 },
  pruneQuota: { use: 'per-layer', rounding: 'ceil' },
  skipOptimizerStep: false,
};

it.each<[string, Side, Side]>([
  [
    'GGR with one layer is RigL',
    { method: { use: 'ggr', randomShare: 0, minDensity: 0, ...often }, layers: [6, 3] },
    { method: { use: 'rigl', ...often }, layers: [6, 3] },
  ],
  [
    'GraNet at a constant budget has the masks of RigL',
    { method: { use: 'granet', startDensity: 0.5, ...large } },
    { method: { use: 'rigl', ...often }, recipe: itopSchedule },
  ],
  [
    'RigL-ITOP is RigL with another schedule',
    { method: { use: 'rigl-itop', ...large } },
    { method: { use: 'rigl', ...often }, recipe: itopSchedule },
  ],
  [
    'SNFS with identity is regrowth by momentum',
    { method: 'snfs', recipe: { redistribute: 'identity', pruneQuota: itopSchedule.pruneQuota! } },
    {
      method: 'static',
      recipe: {
        ...itopSchedule,
        allocate: 'uniform',
        trigger: 'epoch-end',
        regrow: 'momentum',
        slots: 'keep',
      },
    },
  ],
  [
    'DST-EE that does not explore is RigL',
    { method: { use: 'dst-ee', c: 0, ...often } },
    { method: { use: 'rigl', ...often } },
  ],
  [
    'MEST that looks at magnitude alone is SET with another schedule',
    { method: { use: 'mest', lambda: 0, ...often } },
    {
      method: 'set',
      recipe: {
        allocate: 'uniform',
        trigger: { use: 'step-interval', ...often },
        drop: { use: 'mutation', dropFraction: 0.2, updateEnd: 1 },
      },
    },
  ],
])('%s', async (_, one, other) => {
  for (const seed of [1, 2, 3]) {
    const first = await historyOf(one, seed);
    expect(first.topologies.length).toBeGreaterThanOrEqual(5);
    expect(new Set(first.topologies.map((topology) => JSON.stringify(topology))).size).toBeGreaterThan(1);
    expect(await historyOf(other, seed)).toEqual(first);
  }
});
