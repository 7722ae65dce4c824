import { definePlugin, strategy } from 'espalier';

/** Regrown weights start at random, `scale` times as large as the layer's weights are (root mean square). */
const smallNoise = strategy(
  'grownValue',
  'acme/small-noise',
  { scale: 0.1 },
  {
    useFactory: ({ scale }) => ({
      value(layer, positions, context) {
        const squares = layer.weights.reduce((sum, weight) => sum + weight * weight, 0);
        const deviation = scale * Math.sqrt(squares / Math.max(1, layer.weights.length));
        const random = context.random('values', layer);
        return Float32Array.from(positions, () => deviation * random.normal());
      },
    }),
  },
  {
    summary: "Normal, in proportion to the layer's weights.",
    options: { scale: 'deviation in units of their size' },
  },
);

export default definePlugin({ name: '@acme/espalier-plugin-grown', api: 1, strategies: [smallNoise] });
