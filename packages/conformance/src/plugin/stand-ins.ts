import {
  allPositions,
  apportion,
  definePlugin,
  floorCount,
  type LayerShape,
  method,
  type Plugin,
  reserveFloors,
  sampleOutside,
  strategy,
  sum,
} from '@espalier/core';

const about = { summary: 'Stands where the strategy under test does not.' };

/** How `conformance/shares` fills the layers: alike, or some full, one partly, and the others with one weight. */
type Fill = 'even' | 'extremes';

function shares(layers: readonly LayerShape[], budget: number, fill: Fill): number[] {
  const floors = layers.map(() => 1);
  const caps = layers.map(({ size }) => size);
  const all = sum(caps);
  if (fill === 'even')
    return apportion(
      caps.map((size) => (size * budget) / all),
      budget,
      { floors, caps },
    );
  let left = budget - layers.length;
  return caps.map((size) => {
    const more = Math.min(left, size - 1);
    left -= more;
    return 1 + more;
  });
}

/** One plain strategy for each slot, and the method `conformance` that names them all. */
export const standIns: Plugin = definePlugin({
  name: '@espalier/conformance',
  api: 1,
  strategies: [
    strategy(
      'allocate',
      'conformance/shares',
      { fill: 'even' },
      { useFactory: ({ fill }) => ({ allocate: (layers, budget) => shares(layers, budget, fill as Fill) }) },
      about,
    ),
    strategy(
      'topology',
      'conformance/drawn',
      {},
      {
        useFactory: () => ({
          place: (layer, count, context) =>
            count === layer.size
              ? allPositions(layer.size)
              : sampleOutside(layer.size, new Uint32Array(0), count, context.random('positions', layer)),
        }),
      },
      about,
    ),
    strategy(
      'weights',
      'conformance/weights',
      { values: 'normal' },
      {
        useFactory: ({ values }) => ({
          weights(layer, positions, context) {
            const random = context.random('values', layer);
            const draw = () => {
              if (values === 'zero') return 0;
              return values === 'equal' ? 0.5 - random.below(2) : random.normal() / Math.sqrt(layer.fanIn);
            };
            return Float32Array.from(positions, draw);
          },
        }),
      },
      about,
    ),
    strategy(
      'trigger',
      'conformance/every',
      { steps: 10 },
      { useFactory: ({ steps }) => ({ due: ({ step }) => step > 0 && step % steps === 0 }) },
      about,
    ),
    strategy(
      'drop',
      'conformance/fraction',
      { dropFraction: 0.3 },
      { useFactory: ({ dropFraction }) => ({ fraction: () => dropFraction }) },
      about,
    ),
    strategy(
      'densitySchedule',
      'conformance/drift',
      { by: 0 },
      {
        useFactory: ({ by }) => ({
          density: ({ step, totalSteps }, target) => Math.min(1, target * (1 + (by * step) / totalSteps)),
        }),
      },
      about,
    ),
    strategy(
      'prune',
      'conformance/magnitude',
      {},
      { useFactory: () => ({ score: ({ weights }) => weights.map(Math.abs) }) },
      about,
    ),
    strategy(
      'prune',
      'conformance/signs',
      {},
      {
        useFactory: () => ({
          score: ({ weights }) => weights.map(Math.abs),
          groups: ({ weights }) => Uint32Array.from(weights, (weight) => (weight < 0 ? 1 : 0)),
        }),
      },
      about,
    ),
    strategy(
      'pruneQuota',
      'conformance/share',
      {},
      {
        useFactory: () => ({
          quota(sites, { dropFraction, budget }) {
            const active = sites.map(({ scores }) => scores.length);
            const excess = Math.max(0, sum(active) - budget);
            const total = Math.max(excess, floorCount(dropFraction * sum(active)));
            const all = Math.max(1, sum(active));
            return apportion(
              active.map((n) => (total * n) / all),
              total,
              { caps: active },
            );
          },
        }),
      },
      about,
    ),
    strategy(
      'redistribute',
      'conformance/losses',
      {},
      {
        useFactory: () => ({
          distribute(sites, total) {
            const weigh = sites.map(({ removed, layer }) => removed + layer.size);
            const all = sum(weigh);
            const rooms = sites.map(({ room }) => room);
            const floors = reserveFloors(sites, total).counts;
            return apportion(
              weigh.map((n) => (n * total) / all),
              total,
              { floors, caps: rooms },
            );
          },
        }),
      },
      about,
    ),
    strategy(
      'regrow',
      'conformance/random',
      {},
      { useFactory: () => ({ propose: (layer, count) => layer.sample(count) }) },
      about,
    ),
    strategy(
      'grownValue',
      'conformance/zeros',
      {},
      { useFactory: () => ({ value: (_layer, positions) => new Float32Array(positions.length) }) },
      about,
    ),
  ],
  methods: [
    method(
      'conformance',
      {},
      () => ({
        allocate: 'conformance/shares',
        topology: 'conformance/drawn',
        weights: 'conformance/weights',
        trigger: 'conformance/every',
        drop: 'conformance/fraction',
        densitySchedule: 'conformance/drift',
        prune: 'conformance/magnitude',
        pruneQuota: 'conformance/share',
        redistribute: 'conformance/losses',
        regrow: 'conformance/random',
        grownValue: 'conformance/zeros',
      }),
      about,
    ),
  ],
});
