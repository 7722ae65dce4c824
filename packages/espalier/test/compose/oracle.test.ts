import {
  API_VERSION,
  createTrainer,
  type DensityAllocator,
  definePlugin,
  type StartOracle,
  strategy,
} from 'espalier';
import { expect, it } from 'vitest';
import { SMALL } from '../support/configs.js';

/** What an allocator learns from the oracle in a run on the reference engine. */
async function asked<T>(
  ask: (oracle: StartOracle, layers: Parameters<DensityAllocator['allocate']>[0]) => T,
) {
  let answer: Awaited<T> | undefined;
  const curious: DensityAllocator = {
    async allocate(layers, budget, { oracle }) {
      answer = await ask(oracle, layers);
      return layers.map((_, i) => (i === 0 ? budget - layers.length + 1 : 1));
    },
  };
  const plugin = definePlugin({
    name: 'acme-plugin',
    api: API_VERSION,
    strategies: [
      strategy('allocate', 'acme/curious', {}, { useFactory: () => curious }, { summary: 'Asks.' }),
    ],
  });
  const config = { ...SMALL, method: 'static', allocate: 'acme/curious', plugins: [plugin] } as const;
  const trainer = await createTrainer(config);
  await trainer.dispose();
  return answer as Awaited<T>;
}

it('gives allocators the weights and the gradients of the dense network', async () => {
  const { weights, gradients, halves } = await asked(async (oracle, layers) => {
    const weights = layers.map((layer) => oracle.weights(layer));
    const gradients = await oracle.gradients();
    const first = await oracle.gradients({ firstBatch: 3 });
    const second = await oracle.gradients({ firstBatch: 4 });
    const both = await oracle.gradients({ firstBatch: 3, batches: 2 });
    return { weights, gradients, halves: { first, second, both } };
  });
  expect(weights.map(({ length }) => length)).toEqual([36 * 16, 16 * 3]);
  expect(gradients.map(({ length }) => length)).toEqual([36 * 16, 16 * 3]);
  // He: variance 2 / fan-in.
  const variance = weights[0]!.reduce((all, w) => all + w * w, 0) / weights[0]!.length;
  expect(Math.abs(variance * 18 - 1)).toBeLessThan(0.3);
  for (const [l, layer] of halves.both.entries()) {
    for (const [i, mean] of layer.entries()) {
      expect(mean).toBeCloseTo((halves.first[l]![i]! + halves.second[l]![i]!) / 2, 6);
    }
  }
});

it('takes gradients at other weights: the loss falls along them', async () => {
  const { gradient, quotient } = await asked(async (oracle, layers) => {
    const weights = layers.map((layer) => oracle.weights(layer));
    const [gradient] = await oracle.gradients();
    // Second differences of a loss that is all but linear at this distance vanish: both gradients agree.
    const moved = weights.map((values, l) =>
      l === 0 ? values.map((w, i) => w - 1e-4 * gradient![i]!) : values,
    );
    const [there] = await oracle.gradients({ weights: moved });
    const difference = gradient!.map((g, i) => there![i]! - g);
    return { gradient: gradient!, quotient: Math.hypot(...difference) / Math.hypot(...gradient!) };
  });
  expect(gradient.some((g) => g !== 0)).toBe(true);
  expect(quotient).toBeGreaterThan(0);
  expect(quotient).toBeLessThan(0.01);
});

it('says which weights do not fit', async () => {
  const short = asked((oracle) => oracle.gradients({ weights: [new Float32Array(3), new Float32Array(48)] }));
  await expect(short).rejects.toThrow(/"dense_1\/kernel" has 576 positions.*at 3 weights|576 positions/);
});
