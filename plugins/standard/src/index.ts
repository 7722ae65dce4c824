/**
 * The standard strategies, which the base recipe and the methods name, and the methods `dense` and `static`.
 * @module
 */
import { definePlugin } from '@espalier/core';
import { er, erk } from './allocate/erdos-renyi.js';
import { fixed } from './allocate/fixed.js';
import { full } from './allocate/full.js';
import { idealGas } from './allocate/ideal-gas.js';
import { randomDensity } from './allocate/random-density.js';
import { uniform as uniformDensity } from './allocate/uniform.js';
import { uniformPlus } from './allocate/uniform-plus.js';
import { constant as constantDensity } from './density-schedule/constant.js';
import { cubic, sigmoid } from './density-schedule/falling.js';
import { constant as constantDrop } from './drop/constant.js';
import { cosine, inversePower, linear } from './drop/falling.js';
import { staircase } from './drop/staircase.js';
import { stepDecay } from './drop/step-decay.js';
import { gradient as gradientValue } from './grown-value/gradient.js';
import { normal } from './grown-value/normal.js';
import { zeros } from './grown-value/zeros.js';
import { dense } from './methods/dense.js';
import { staticSparse } from './methods/static.js';
import { gradient as gradientPrune, magnitudeGradient, saliency } from './prune/gradient.js';
import { magnitude, signedMagnitude } from './prune/magnitude.js';
import { random as randomPrune } from './prune/random.js';
import { global } from './prune-quota/global.js';
import { perLayer } from './prune-quota/per-layer.js';
import { threshold } from './prune-quota/threshold.js';
import { toBudget } from './prune-quota/to-budget.js';
import { globalRank } from './redistribute/global-rank.js';
import { identity } from './redistribute/identity.js';
import { magnitude as magnitudeShare } from './redistribute/magnitude.js';
import { meanGradient } from './redistribute/mean-gradient.js';
import { momentum } from './redistribute/momentum.js';
import { survivors } from './redistribute/survivors.js';
import { gradient as gradientRegrow } from './regrow/gradient.js';
import { random as randomRegrow } from './regrow/random.js';
import { uniform as uniformTopology } from './topology/uniform.js';
import { epochEnd } from './trigger/epoch-end.js';
import { intervalTable } from './trigger/interval-table.js';
import { never } from './trigger/never.js';
import { stepInterval } from './trigger/step-interval.js';
import { glorot, he, lecun } from './weights/fan-scaled.js';

/** The plugin: every strategy that the base recipe names, and their common alternatives. */
export default definePlugin({
  name: '@espalier/plugin-standard',
  api: 1,
  strategies: [
    uniformDensity,
    uniformPlus,
    er,
    erk,
    fixed,
    randomDensity,
    idealGas,
    full,
    uniformTopology,
    he,
    glorot,
    lecun,
    never,
    stepInterval,
    epochEnd,
    intervalTable,
    constantDrop,
    cosine,
    linear,
    inversePower,
    stepDecay,
    staircase,
    constantDensity,
    cubic,
    sigmoid,
    magnitude,
    signedMagnitude,
    randomPrune,
    gradientPrune,
    saliency,
    magnitudeGradient,
    perLayer,
    global,
    threshold,
    toBudget,
    identity,
    globalRank,
    survivors,
    momentum,
    meanGradient,
    magnitudeShare,
    randomRegrow,
    gradientRegrow,
    zeros,
    normal,
    gradientValue,
  ],
  methods: [dense, staticSparse],
});
