import {
  allPositions,
  type LayerShape,
  type Positions,
  pick,
  type Structure,
  strategy,
} from '@espalier/core';
import { keepCapped } from './capped.js';
import { drawCounts, drawInCells, rankingOf } from './draw.js';
import { oneOf, positiveIntegers } from './options.js';
import { bestInCells, bestOf, membersOf } from './partition/cells.js';
import { byBlock, type Partition } from './partition/partition.js';

/** At most N of each M consecutive inputs of a unit. */
export const nm = strategy(
  'structure',
  'n-m',
  { n: 2, m: 4, start: 'drawn' },
  { useFactory: ({ n, m, start }) => new SomeOfEach(n, m, start === 'largest') },
  {
    summary:
      'At most N weights in every M consecutive inputs of a unit; exactly N where the density is N / M.',
    options: {
      n: 'weights in each group',
      m: 'consecutive inputs in a group, at one kernel offset; must divide the inputs of every unit',
      start:
        'drawn: the first weights are drawn; largest: they are where the dense starting weights are largest',
    },
    paper:
      'Zhou, Ma, Zhu, Liu, Zhang, Yuan, Sun, Li, Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch, 2021, arXiv 2102.04010',
    check: ({ n, m, start }) =>
      positiveIntegers({ n, m }) ??
      (n <= m ? undefined : `n is ${n}, but a group has only m = ${m} inputs.`) ??
      oneOf('start', start, ['drawn', 'largest']),
  },
);

class SomeOfEach implements Structure {
  readonly #n: number;
  readonly #m: number;
  readonly #largest: boolean;

  constructor(n: number, m: number, largest: boolean) {
    this.#largest = largest;
    this.#n = n;
    this.#m = m;
  }

  #partition(layer: LayerShape): Partition {
    return byBlock(layer, { inputs: this.#m, units: 1 });
  }

  fit(layer: LayerShape, count: number): number {
    return Math.min(count, this.#partition(layer).cells * this.#n);
  }

  place: Structure['place'] = (layer, count, context) => {
    const partition = this.#partition(layer);
    if (this.#largest)
      return this.#best(partition, layer, count, context.oracle.weights(layer).map(Math.abs));
    const counts = drawCounts(partition.cells, this.#n, count, context.random('counts', layer));
    return drawInCells(layer, partition, (cell) => counts[cell]!, context.random('places', layer));
  };

  #best(partition: Partition, layer: LayerShape, count: number, sizes: Float32Array): Positions {
    const all = allPositions(layer.size);
    const open = bestInCells(partition, membersOf(partition, all), sizes, () => this.#n);
    return pick(all, bestOf(open, sizes, count));
  }

  keep: Structure['keep'] = (layer, scores, count) =>
    keepCapped(this.#partition(layer), layer.active, scores, count, () => this.#n);

  grow: Structure['grow'] = (layer, candidates, count, context) => {
    const partition = this.#partition(layer);
    const kept = membersOf(partition, layer.active);
    const offered = membersOf(partition, candidates.positions);
    const scores = rankingOf(layer, candidates, context);
    const open = bestInCells(partition, offered, scores, (cell) => this.#n - kept.count(cell));
    return pick(candidates.positions, bestOf(open, scores, count));
  };
}
