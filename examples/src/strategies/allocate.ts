import { apportion, definePlugin, strategy } from 'espalier';

/** Layers share the budget in proportion to the root of their size: large layers become the sparsest. */
const squareRoot = strategy(
  'allocate',
  'acme/square-root',
  {},
  {
    useFactory: () => ({
      allocate(layers, budget) {
        const roots = layers.map(({ size }) => Math.sqrt(size));
        const all = roots.reduce((sum, root) => sum + root, 0);
        const targets = roots.map((root) => (budget * root) / all);
        // Whole numbers that sum to the budget, each layer at least 1 and at most full.
        return apportion(targets, budget, {
          floors: layers.map(() => 1),
          caps: layers.map(({ size }) => size),
        });
      },
    }),
  },
  { summary: 'In proportion to the root of the size.' },
);

export default definePlugin({ name: '@acme/espalier-plugin-allocate', api: 1, strategies: [squareRoot] });
