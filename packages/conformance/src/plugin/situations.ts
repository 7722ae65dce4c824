import type { LayerDescription, RecipeSpec } from '@espalier/core';

/** Layers of every kind, from one position up, some with known sources. */
export const LAYERS: readonly LayerDescription[] = [
  { name: 'dense/kernel', kind: 'dense', shape: [12, 16], sources: [] },
  { name: 'convolution/kernel', kind: 'convolution', shape: [3, 3, 4, 8], outputPositions: 16 },
  {
    name: 'grouped/kernel',
    kind: 'convolution',
    shape: [2, 2, 4, 8],
    groups: 2,
    sources: ['convolution/kernel'],
  },
  { name: 'depthwise/kernel', kind: 'depthwise', shape: [3, 3, 8, 2], sources: ['grouped/kernel'] },
  { name: 'transposed/kernel', kind: 'transposed', shape: [2, 2, 4, 16], sources: ['depthwise/kernel'] },
  { name: 'column/kernel', kind: 'dense', shape: [9, 1] },
  { name: 'single/kernel', kind: 'dense', shape: [1, 1], sources: ['column/kernel'] },
];

/** Layers that have room for blocks and patterns: what moves together is smaller than the least of them. */
export const ROOMY_LAYERS: readonly LayerDescription[] = [
  { name: 'dense/kernel', kind: 'dense', shape: [32, 16], sources: [] },
  { name: 'convolution/kernel', kind: 'convolution', shape: [3, 3, 16, 16], outputPositions: 16 },
  { name: 'head/kernel', kind: 'dense', shape: [16, 32], sources: ['convolution/kernel'] },
];

/** What a strategy is tried in. */
export interface Situation {
  /** For messages. */
  readonly name: string;
  /** Of all layers together, in (0, 1]. */
  readonly density: number;
  /** What stands in the slots that the strategy under test does not fill. */
  readonly recipe?: RecipeSpec;
  /** What every signal is: normal numbers, a few values so that ties are the rule, or zeros. Default `normal`. */
  readonly signals?: 'normal' | 'tied' | 'zero';
  /** Whether the budget falls, which quotas need not follow. Default false. */
  readonly shrinks?: boolean;
  /** Whether layers are full or hold one weight, where constraints can not be met. Default false. */
  readonly extreme?: boolean;
}

const drop = (dropFraction: number) => ({ use: 'conformance/fraction', dropFraction });
const weights = (values: string) => ({ use: 'conformance/weights', values });
const extremes = { use: 'conformance/shares', fill: 'extremes' };

/** Densities from nearly none to all, and what lies at the edge of an update. */
export const SITUATIONS: readonly Situation[] = [
  { name: 'at density 0.02', density: 0.02, extreme: true },
  { name: 'at density 0.1', density: 0.1, extreme: true },
  { name: 'at density 0.5', density: 0.5 },
  { name: 'at density 0.95', density: 0.95 },
  { name: 'where all layers are full', density: 1 },
  {
    name: 'where some layers are full and others at their floor',
    density: 0.4,
    recipe: { allocate: extremes },
    extreme: true,
  },
  { name: 'where floors are high', density: 0.2, recipe: { minDensity: 0.9 }, extreme: true },
  { name: 'where all signals are zero', density: 0.3, signals: 'zero' },
  {
    name: 'where signals and weights are tied',
    density: 0.5,
    signals: 'tied',
    recipe: { weights: weights('equal') },
  },
  { name: 'where all weights are zero', density: 0.5, recipe: { weights: weights('zero') } },
  { name: 'where nothing is pruned', density: 0.5, recipe: { drop: drop(0) } },
  { name: 'where everything is pruned', density: 0.5, recipe: { drop: drop(1), regrowPruned: 'restart' } },
  {
    name: 'where the pruned may not return',
    density: 0.5,
    recipe: { drop: drop(0.4), regrowPruned: 'never' },
  },
  { name: 'where weights come in groups', density: 0.4, recipe: { prune: 'conformance/signs' } },
  { name: 'where weights regrow before others leave', density: 0.4, recipe: { order: 'regrow-prune' } },
  {
    name: 'where the budget grows',
    density: 0.3,
    recipe: { densitySchedule: { use: 'conformance/drift', by: 1 } },
  },
  {
    name: 'where the budget falls',
    density: 0.6,
    recipe: { densitySchedule: { use: 'conformance/drift', by: -0.5 } },
    shrinks: true,
  },
];
