import { definePlugin, strategy } from 'espalier';

/** Every weight has the same size, sqrt(gain / k) with k active weights into its unit, and a random sign. */
const signs = strategy(
  'weights',
  'acme/signs',
  { gain: 2 },
  {
    useFactory: ({ gain }) => ({
      weights(layer, positions, context) {
        const fanIn = new Uint32Array(layer.units);
        for (const position of positions) fanIn[layer.unitOf(position)]!++;
        const random = context.random('signs', layer);
        return Float32Array.from(positions, (position) => {
          const size = Math.sqrt(gain / fanIn[layer.unitOf(position)]!);
          return random.below(2) === 0 ? -size : size;
        });
      },
    }),
  },
  { summary: 'One size per unit, random signs.', options: { gain: '2 for ReLU, 1 for linear units' } },
);

export default definePlugin({ name: '@acme/espalier-plugin-weights', api: 1, strategies: [signs] });
