/**
 * SET, Sparse Evolutionary Training: magnitude pruning and random regrowth, per epoch.
 * @module
 */
import { definePlugin, method } from '@espalier/core';

const PAPER =
  'Mocanu, Mocanu, Stone, Nguyen, Gibescu, Liotta, Scalable training of artificial neural networks with adaptive sparse connectivity inspired by network science, 2018, arXiv 1707.04780';

const DEFAULTS = { dropFraction: 0.3 } as const;
const OPTIONS = { dropFraction: "share of each layer's weights replaced after an epoch, in [0, 1]" } as const;

/** After each epoch but the last, a share of each layer's smallest weights is replaced at random, starting anew. */
const set = method(
  'set',
  DEFAULTS,
  ({ dropFraction }) => ({
    allocate: 'er',
    trigger: 'epoch-end',
    drop: { use: 'constant', dropFraction },
    prune: 'magnitude',
    pruneQuota: 'per-layer',
    redistribute: 'identity',
    regrow: 'random',
    regrowPruned: 'restart',
    grownValue: 'zeros',
  }),
  {
    summary: 'After each epoch the smallest weights of each layer are replaced by as many at random places.',
    options: OPTIONS,
    paper: PAPER,
  },
);

/** SET as published: signs apart, new weights from N(0, 0.1). */
const setPaper = method(
  'set/paper',
  DEFAULTS,
  ({ dropFraction }) => ({
    allocate: 'er',
    trigger: 'epoch-end',
    drop: { use: 'constant', dropFraction },
    prune: 'signed-magnitude',
    pruneQuota: 'per-layer',
    redistribute: 'identity',
    regrow: 'random',
    regrowPruned: 'restart',
    grownValue: { use: 'normal', standardDeviation: 0.1 },
  }),
  {
    summary:
      'SET as published: the smallest positive and the largest negative weights leave, new ones are drawn from N(0, 0.1).',
    options: OPTIONS,
    paper: PAPER,
  },
);

/** The plugin: methods `set` and `set/paper`. */
export default definePlugin({ name: '@espalier/plugin-set', api: 1, methods: [set, setPaper] });
