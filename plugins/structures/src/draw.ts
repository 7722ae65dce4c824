import {
  type LayerShape,
  newPositions,
  type Positions,
  type Proposal,
  type RandomStream,
  type Scores,
  type StrategyContext,
  sampleOutside,
} from '@espalier/core';
import type { Partition } from './partition/partition.js';

const NONE = new Uint32Array(0);

/**
 * Places drawn uniformly inside cells.
 * @param wanted - how many in each cell
 * @returns ascending positions
 */
export function drawInCells(
  layer: LayerShape,
  { cells, size, at }: Partition,
  wanted: (cell: number) => number,
  random: RandomStream,
): Positions {
  let total = 0;
  for (let cell = 0; cell < cells; cell++) total += wanted(cell);
  const drawn = newPositions(layer.size, total);
  let filled = 0;
  for (let cell = 0; cell < cells; cell++) {
    for (const place of sampleOutside(size, NONE, wanted(cell), random)) drawn[filled++] = at(cell, place);
  }
  return drawn.sort();
}

/** How many of `count` slots, `each` of them in a cell, are drawn in every cell. */
export function drawCounts(cells: number, each: number, count: number, random: RandomStream): Uint32Array {
  const counts = new Uint32Array(cells);
  if (count === cells * each) return counts.fill(each);
  for (const slot of sampleOutside(cells * each, NONE, count, random)) counts[Math.floor(slot / each)]!++;
  return counts;
}

/**
 * The scores of candidates. A criterion that draws scores all alike, as lower positions would win ties; the draw is
 * then made here, among all candidates.
 */
export function rankingOf(layer: LayerShape, { scores }: Proposal, context: StrategyContext): Scores {
  if (scores.some((score) => score !== scores[0])) return scores;
  const random = context.random('draw', layer);
  return new Float64Array(scores.length).map(() => random.uniform());
}
