import { type Observer, type ProbedLayer, strategy, sum } from '@espalier/core';

/** How much gradient reaches the active weights. */
export const gradientFlow = strategy(
  'observe',
  'gradient-flow',
  { every: 100, inactive: false },
  {
    useFactory: ({ every, inactive }): Observer => ({
      observe() {},
      probe: {
        needs: ['gradient'],
        due: ({ step }) => step % every === 0,
        look(layers, _clock, measure) {
          const squares = layers.map(squaredFlow);
          const norms = squares.map(Math.sqrt);
          measure('flow', Math.sqrt(sum(squares)));
          measure('flow-by-layer', norms);
          measure('effective-flow', sum(norms) / norms.length);
          // A layer without weights has no gradient either.
          const perWeight = norms.map((norm, i) => norm / Math.sqrt(layers[i]!.active.length || 1));
          measure('effective-flow-per-weight', sum(perWeight) / norms.length);
          if (!inactive) return;
          const everywhere = Math.sqrt(sum(layers.map(squaredEverywhere)));
          const off = Math.sqrt(Math.max(0, everywhere ** 2 - sum(squares)));
          measure('inactive-share', everywhere === 0 ? 0 : off / everywhere);
        },
      },
    }),
  },
  {
    summary:
      'The norm of the gradient by the active weights (`flow`, also by layer), its mean over layers (`effective-flow`), and that with each layer divided by the root of its weights.',
    options: {
      every: 'steps between measurements, at least 1',
      inactive:
        'also measure which share of the norm of the dense gradient lies off the mask (`inactive-share`), at the cost of that gradient',
    },
    paper: 'Tessera, Hooker, Rosman, 2021, arXiv 2102.01670',
    check: ({ every }) =>
      Number.isInteger(every) && every >= 1
        ? undefined
        : `every is ${every}, but must be a whole number of at least 1.`,
  },
);

function squaredFlow(layer: ProbedLayer): number {
  return squaredNorm(layer.signal('gradient', layer.active));
}

function squaredEverywhere(layer: ProbedLayer): number {
  let total = 0;
  layer.scan('gradient', (_first, values) => {
    total += squaredNorm(values);
  });
  return total;
}

function squaredNorm(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! ** 2;
  return total;
}
