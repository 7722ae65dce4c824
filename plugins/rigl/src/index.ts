/**
 * RigL, the Rigged Lottery: magnitude pruning and regrowth where the gradient is largest.
 * @module
 */
import { definePlugin, type MethodDefinition, method, type RecipeSpec } from '@espalier/core';
import { noisyMagnitude } from './noisy-magnitude.js';

/** What sets the forms of RigL apart. */
interface Form {
  readonly dropFraction: number;
  readonly updateInterval: number | null;
  readonly updateEnd: number;
}

const OPTIONS = {
  dropFraction: "share of each layer's weights replaced by the first update, falling to 0 along a cosine",
  updateInterval: 'steps between updates; null takes 1/30 of the updating part, from 1 to 100',
  updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
} as const;

function riglWith(
  name: string,
  defaults: Form,
  differs: Pick<RecipeSpec, 'prune'> & { readonly updateAtStepZero: boolean },
  summary: string,
): MethodDefinition {
  const { updateAtStepZero, prune = 'magnitude' } = differs;
  return method(
    name,
    { ...defaults },
    ({ dropFraction, updateInterval, updateEnd }) => ({
      allocate: 'erk',
      trigger: { use: 'step-interval', updateInterval, updateEnd, updateAtStepZero },
      drop: { use: 'cosine', dropFraction, updateEnd },
      prune,
      pruneQuota: 'per-layer',
      redistribute: 'identity',
      regrow: 'gradient',
      regrowPruned: 'keep',
      skipOptimizerStep: true,
      grownValue: 'zeros',
    }),
    {
      summary,
      options: OPTIONS,
      paper:
        'Evci, Gale, Menick, Castro, Elsen, Rigging the Lottery: Making All Tickets Winners, 2020, arXiv 1911.11134',
    },
  );
}

/** Each layer's smallest weights are replaced where its dense gradient is largest; layer densities stay. */
const rigl = riglWith(
  'rigl',
  { dropFraction: 0.3, updateInterval: null, updateEnd: 0.75 },
  { updateAtStepZero: false },
  "Each layer's smallest weights are replaced where its gradient is largest.",
);

/** 25,000 of 32,000 steps, as the ImageNet runs of the paper and its code. */
const PUBLISHED: Form = { dropFraction: 0.3, updateInterval: 100, updateEnd: 0.78125 };

const riglPaper = riglWith(
  'rigl/paper',
  PUBLISHED,
  { updateAtStepZero: true },
  'RigL as published: an update every 100 steps from step 0 on, to 25,000 of 32,000 steps.',
);

const riglCode = riglWith(
  'rigl/google-research',
  PUBLISHED,
  { updateAtStepZero: true, prune: 'noisy-magnitude' },
  "RigL as its authors' code: as published, and noise decides between weights of nearly equal size.",
);

/** The plugin: methods `rigl`, `rigl/paper` and `rigl/google-research`, the prune criterion `noisy-magnitude`. */
export default definePlugin({
  name: '@espalier/plugin-rigl',
  api: 1,
  strategies: [noisyMagnitude],
  methods: [rigl, riglPaper, riglCode],
});
