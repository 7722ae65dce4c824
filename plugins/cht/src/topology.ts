import {
  type LayerShape,
  newPositions,
  type Positions,
  type RandomStream,
  sampleOutside,
  selectLargest,
  strategy,
} from '@espalier/core';
import { correlations } from './correlations.js';
import { CHT, CHTS } from './paper.js';

/** Units link to the inputs nearest to them on a ring, and some links lead anywhere. */
export const smallWorld = strategy(
  'topology',
  'small-world',
  { rewire: 0.25 },
  {
    useFactory: ({ rewire }) => ({
      place: (layer, count, context) => ring(layer, count, rewire, context.random('rewire', layer)),
    }),
  },
  {
    summary: 'Every unit is linked to the inputs nearest to it on a ring; some of the links are drawn anew.',
    options: { rewire: 'share of the links that are drawn anew, in [0, 1]' },
    paper: `${CHTS}; after Watts, Strogatz, 1998`,
    check: ({ rewire }) => share('rewire', rewire),
  },
);

/** Inputs link to units that stand for inputs which they are correlated with. */
export const correlated = strategy(
  'topology',
  'correlated',
  { batches: 10, rewire: 0.25 },
  {
    useFactory: ({ batches, rewire }) => ({
      place(layer, count, context) {
        const first = layer.sources?.length === 0 && layer.kind === 'dense';
        if (!first) return ring(layer, count, rewire, context.random('rewire', layer));
        const examples = Array.from({ length: batches }, (_, index) => context.oracle.batch(index));
        return Uint32Array.from(selectLargest(correlations(layer, examples), count));
      },
    }),
  },
  {
    summary:
      "The first layer's inputs are linked to the units that stand for the inputs most correlated with them; other layers are small worlds.",
    options: {
      batches: 'training batches that correlations are taken over',
      rewire: 'of the small worlds: share of the links that are drawn anew, in [0, 1]',
    },
    paper: CHT,
    check: ({ batches, rewire }) =>
      Number.isInteger(batches) && batches >= 1
        ? share('rewire', rewire)
        : `batches is ${batches}, but must be a whole number of at least 1.`,
  },
);

function ring(layer: LayerShape, count: number, rewire: number, random: RandomStream): Positions {
  const { units, fanIn } = layer;
  const placed = newPositions(layer.size, count);
  let filled = 0;
  for (let unit = 0; unit < units; unit++) {
    const links = Math.floor(((unit + 1) * count) / units) - Math.floor((unit * count) / units);
    const centre = Math.floor(((unit + 0.5) * fanIn) / units);
    const kept = nearest(centre, links, fanIn).filter(() => random.uniform() >= rewire);
    const held = Uint32Array.from(kept).sort();
    for (const place of held) placed[filled++] = positionOf(layer, unit, place);
    for (const place of sampleOutside(fanIn, held, links - held.length, random)) {
      placed[filled++] = positionOf(layer, unit, place);
    }
  }
  return placed.sort();
}

/** Places around a centre: 0, 1, -1, 2, -2, ... */
function nearest(centre: number, count: number, around: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const step = k % 2 === 1 ? (k + 1) / 2 : -k / 2;
    return (((centre + step) % around) + around) % around;
  });
}

function positionOf({ kind, units, inputs }: LayerShape, unit: number, place: number): number {
  if (kind !== 'transposed') return place * units + unit;
  return (Math.floor(place / inputs) * units + unit) * inputs + (place % inputs);
}

function share(name: string, value: number): string | undefined {
  return value >= 0 && value <= 1 ? undefined : `${name} is ${value}, but must lie in [0, 1].`;
}
