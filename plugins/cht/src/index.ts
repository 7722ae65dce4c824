/**
 * Cannistraci-Hebb training, CHT and CHTs: links regrow by the topology alone.
 * @module
 */
import { definePlugin, method } from '@espalier/core';
import { CHT, CHTS } from './paper.js';
import { chainMagnitude } from './prune.js';
import { untilOverlap } from './quota.js';
import { cannistraciHebb } from './regrow.js';
import { correlated, smallWorld } from './topology.js';

const OPTIONS = {
  dropFraction: "share of each layer's weights replaced by an update",
  form: 'of the Cannistraci-Hebb index: ch2-l3n, ch3-l3n, or ch3-l3p by paths',
  rewire: 'share of the links of small worlds that are drawn anew, in [0, 1]',
  overlap: 'a layer that regrows a larger share of what it just lost is left alone; 1 leaves none',
} as const;

/** After every epoch small weights and idle units leave, and links come that the topology makes likely. */
const cht = method(
  'cht',
  { dropFraction: 0.3, form: 'ch3-l3p', rewire: 0.25, overlap: 0.9 },
  ({ dropFraction, form, rewire, overlap }) => ({
    allocate: 'uniform',
    topology: { use: 'correlated', rewire },
    trigger: { use: 'epoch-end' },
    drop: { use: 'constant', dropFraction },
    prune: { use: 'chain-magnitude', keep: 'largest' },
    pruneQuota: { use: 'until-overlap', overlap },
    redistribute: 'identity',
    regrow: { use: 'cannistraci-hebb', form, draw: 'largest' },
    grownValue: 'zeros',
  }),
  {
    summary:
      'Small weights and links of idle units leave after every epoch, and links come that the topology makes likely.',
    options: OPTIONS,
    paper: CHT,
  },
);

/** CHT with chance in what stays and in what comes. */
const chts = method(
  'chts',
  { dropFraction: 0.3, form: 'ch2-l3n', rewire: 0.25, overlap: 0.9, powerStart: 1, powerEnd: 3 },
  ({ dropFraction, form, rewire, overlap, powerStart, powerEnd }) => ({
    allocate: 'uniform',
    topology: { use: 'small-world', rewire },
    trigger: { use: 'epoch-end' },
    drop: { use: 'constant', dropFraction },
    prune: { use: 'chain-magnitude', keep: 'sampled', powerStart, powerEnd },
    pruneQuota: { use: 'until-overlap', overlap },
    redistribute: 'identity',
    regrow: { use: 'cannistraci-hebb', form, draw: 'sampled' },
    grownValue: 'zeros',
  }),
  {
    summary:
      'As CHT, but what stays and what comes is drawn, in proportion to powers of weights and to likelihood.',
    options: {
      ...OPTIONS,
      powerStart: 'of |w| in drawing what stays, when the run begins',
      powerEnd: 'the same when it ends, reached along a line',
    },
    paper: CHTS,
  },
);

/**
 * The plugin: methods `cht` and `chts`, regrow criterion `cannistraci-hebb`, prune criterion `chain-magnitude`, prune
 * quota `until-overlap`, topologies `small-world` and `correlated`.
 */
export default definePlugin({
  name: '@espalier/plugin-cht',
  api: 1,
  strategies: [cannistraciHebb, chainMagnitude, untilOverlap, smallWorld, correlated],
  methods: [cht, chts],
});
