import { definePlugin, strategy } from 'espalier';

/** Weights are measured against the largest of their unit, so that no unit loses all its inputs at once. */
const relativeMagnitude = strategy(
  'prune',
  'acme/relative-magnitude',
  {},
  {
    useFactory: () => ({
      score(layer) {
        const { active, weights } = layer;
        const largest = new Float32Array(layer.units);
        for (const [i, weight] of weights.entries()) {
          const unit = layer.unitOf(active[i]!);
          largest[unit] = Math.max(largest[unit]!, Math.abs(weight));
        }
        return weights.map((weight, i) => Math.abs(weight) / (largest[layer.unitOf(active[i]!)]! || 1));
      },
    }),
  },
  { summary: 'Magnitude, relative to the largest weight of the unit.' },
);

export default definePlugin({ name: '@acme/espalier-plugin-prune', api: 1, strategies: [relativeMagnitude] });
