import { definePlugin, newPositions, strategy } from 'espalier';

/** One weight in each of `count` equal stretches of the layer: random, but nowhere crowded. */
const stratified = strategy(
  'topology',
  'acme/stratified',
  {},
  {
    useFactory: () => ({
      place(layer, count, context) {
        const random = context.random('positions', layer);
        const positions = newPositions(layer.size, count);
        for (let i = 0; i < count; i++) {
          const first = Math.floor((i * layer.size) / count);
          const next = Math.floor(((i + 1) * layer.size) / count);
          positions[i] = first + random.below(next - first);
        }
        return positions;
      },
    }),
  },
  { summary: 'One weight in each of as many equal stretches.' },
);

export default definePlugin({ name: '@acme/espalier-plugin-topology', api: 1, strategies: [stratified] });
