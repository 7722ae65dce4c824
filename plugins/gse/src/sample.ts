import {
  type Factors,
  floorCount,
  type LayerView,
  newPositions,
  type Positions,
  type Proposal,
  type RandomStream,
  type UpdateContext,
} from '@espalier/core';
import { FactorDraw } from './factor-draw.js';

/** How candidates are sampled. */
export interface SampleOptions {
  /** Pairs drawn, as a multiple of the layer's weights. */
  readonly sample: number;
  readonly distribution: Distribution;
}

/** What pairs are drawn by. */
export type Distribution = 'uniform' | 'grabo' | 'graest';

/** Names of {@link Distribution}. */
export const DISTRIBUTIONS: readonly Distribution[] = ['uniform', 'grabo', 'graest'];

interface Remembered {
  readonly key: string;
  readonly proposal: Proposal;
}

// The redistributor counts winners of the sample that the regrow criterion then places: one sample per layer and plan.
const remembered = new WeakMap<LayerView, Remembered>();

/** A sample of a layer's candidates, scored by absolute gradient; in O(weights), but all of a layer half full. */
export function sampleOf(layer: LayerView, options: SampleOptions, context: UpdateContext): Proposal {
  const key = `${context.step} ${layer.active.length} ${layer.pruned.length} ${JSON.stringify(options)}`;
  const known = remembered.get(layer);
  if (known?.key === key) return known.proposal;
  const proposal = draw(layer, options, context);
  remembered.set(layer, { key, proposal });
  return proposal;
}

function draw(layer: LayerView, { sample, distribution }: SampleOptions, context: UpdateContext): Proposal {
  const weights = layer.active.length;
  if (2 * weights > layer.size) return layer.strongest('gradient', layer.size - weights);
  const pairs = new FactorDraw(layer, factorsOf(layer, distribution, context));
  const random = context.random('pairs', layer);
  const drawn = newPositions(layer.size, Math.min(floorCount(sample * weights), 2 ** 32 - 1));
  for (let i = 0; i < drawn.length; i++) drawn[i] = pairs.next(random);
  return scored(layer, layer.candidatesAmong(distinct(drawn.sort())));
}

/** Candidates with their absolute gradients. */
export function scored(layer: LayerView, positions: Positions): Proposal {
  return { positions, scores: layer.signal('gradient', positions).map(Math.abs) };
}

function factorsOf(
  layer: LayerView,
  distribution: Distribution,
  context: UpdateContext,
): Factors | undefined {
  if (distribution === 'uniform') return undefined;
  return distribution === 'grabo' ? layer.factors() : layer.factors(signsOf(context.random('signs', layer)));
}

/** One random sign per example, whichever is asked for first and however often. */
function signsOf(random: RandomStream): (example: number) => 1 | -1 {
  const signs: (1 | -1)[] = [];
  return (example) => {
    while (signs.length <= example) signs.push(random.below(2) === 0 ? 1 : -1);
    return signs[example]!;
  };
}

function distinct(ascending: Positions): Positions {
  let filled = 0;
  for (let i = 0; i < ascending.length; i++) {
    if (i === 0 || ascending[i] !== ascending[i - 1]) ascending[filled++] = ascending[i]!;
  }
  return ascending.slice(0, filled);
}
