import { expect, it } from 'vitest';
import standard from '../../../plugins/standard/src/index.js';
import { recipeOf } from '../../../test/support/pipeline.js';
import {
  API_VERSION,
  createRandomSource,
  type DensityAllocator,
  definePlugin,
  type LayerShape,
  type StartContext,
  startPlanner,
  strategy,
} from '../src/index.js';

const DESCRIPTIONS = [{ name: 'fc/kernel', kind: 'dense', shape: [5, 4] }] as const;

/** A start planned with an allocator that asks the oracle. */
function planAsking(ask: (context: StartContext, layers: readonly LayerShape[]) => unknown, options = {}) {
  const allocator: DensityAllocator = {
    async allocate(layers, budget, context) {
      await ask(context, layers);
      return [budget];
    },
  };
  const plugin = definePlugin({
    name: 'acme-plugin',
    api: API_VERSION,
    strategies: [strategy('allocate', 'acme/ask', {}, { useFactory: () => allocator }, { summary: 'Asks.' })],
  });
  const recipe = recipeOf({
    plugins: [standard, plugin],
    method: 'static',
    overrides: { allocate: 'acme/ask' },
  });
  return startPlanner.plan(DESCRIPTIONS, recipe, { density: 0.5 }, createRandomSource(1), options);
}

it('where only a start is planned there are weights, but no gradients and no data', async () => {
  let weights: readonly Float32Array[] = [];
  await planAsking(({ oracle }, layers) => {
    weights = [...layers, ...layers].map((layer) => oracle.weights(layer));
  });
  expect(weights[0]!.length).toBe(20);
  expect(weights[1]).toBe(weights[0]);
  await expect(planAsking(({ oracle }) => oracle.gradients())).rejects.toThrow(
    /ESPALIER_NO_ORACLE.*only planned/,
  );
  await expect(planAsking(({ oracle }) => oracle.batch())).rejects.toThrow(/ESPALIER_NO_ORACLE/);
});

it('a model that brings its own weights has none to read', async () => {
  await expect(
    planAsking(({ oracle }, [layer]) => oracle.weights(layer!), { ownWeights: true }),
  ).rejects.toThrow(/ESPALIER_NO_ORACLE.*brings its own weights/);
});
