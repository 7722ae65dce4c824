import {
  EspalierError,
  type LayerShape,
  newPositions,
  type Positions,
  pick,
  type Scores,
  type Structure,
  sampleOutside,
  selectLargest,
} from '@espalier/core';
import { drawInCells, rankingOf } from './draw.js';
import { type Members, membersOf } from './partition/cells.js';
import type { Partition } from './partition/partition.js';

/** How the scores of a cell's positions become one. */
export type CellScore = 'sum' | 'max' | 'l2';

/** A structure whose cells come and go as a whole. */
export class WholeCells implements Structure {
  readonly #partition: (layer: LayerShape) => Partition;
  readonly #what: string;
  readonly #score: CellScore;

  /** @param what - for messages, e.g. `4 x 4 block` */
  constructor(partition: (layer: LayerShape) => Partition, what: string, score: CellScore) {
    this.#partition = partition;
    this.#what = what;
    this.#score = score;
  }

  fit(layer: LayerShape, count: number): number {
    const { size } = this.#partition(layer);
    if (count >= size) return count - (count % size);
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `Layer "${layer.name}" was allocated ${count} weights, but one ${this.#what} has ${size}; raise the density or keep the layer dense.`,
    );
  }

  place: Structure['place'] = (layer, count, context) => {
    const partition = this.#partition(layer);
    const random = context.random('cells', layer);
    const chosen = sampleOutside(partition.cells, new Uint32Array(0), count / partition.size, random);
    const drawn = new Set<number>(chosen);
    return drawInCells(layer, partition, (cell) => (drawn.has(cell) ? partition.size : 0), random);
  };

  keep: Structure['keep'] = (layer, scores, count) => {
    const partition = this.#partition(layer);
    const members = membersOf(partition, layer.active);
    return this.#best(partition, members, scores, count);
  };

  grow: Structure['grow'] = (layer, candidates, count, context): Positions => {
    const partition = this.#partition(layer);
    const members = membersOf(partition, candidates.positions);
    const best = this.#best(partition, members, rankingOf(layer, candidates, context), count);
    return best.length === 0 ? newPositions(layer.size, 0) : pick(candidates.positions, best);
  };

  /** Indices of the members of the best whole cells, at most `count`. */
  #best({ cells, size }: Partition, members: Members, scores: Scores, count: number): Uint32Array {
    const whole: number[] = [];
    for (let cell = 0; cell < cells; cell++) if (members.count(cell) === size) whole.push(cell);
    const ranked = Float64Array.from(whole, (cell) => scoreOf(members.of(cell), scores, this.#score));
    const best = selectLargest(ranked, Math.floor(count / size));
    const chosen = new Uint32Array(best.length * size);
    for (const [i, k] of best.entries()) chosen.set(members.of(whole[k]!), i * size);
    return chosen.sort();
  }
}

function scoreOf(indices: Uint32Array, scores: Scores, by: CellScore): number {
  let total = by === 'max' ? Number.NEGATIVE_INFINITY : 0;
  for (let i = 0; i < indices.length; i++) {
    const score = scores[indices[i]!]!;
    if (by === 'max') total = Math.max(total, score);
    else total += by === 'sum' ? score : score * score;
  }
  return total;
}
