/**
 * Constraints on sparse topologies: N:M, blocks, whole units, constant fan-in. Each goes with any prune and regrow
 * criterion.
 * @module
 */
import { definePlugin } from '@espalier/core';
import { allocated } from './allocated.js';
import { block } from './block.js';
import { channel } from './channel.js';
import { constantFanIn } from './constant-fan-in.js';
import { nm } from './n-m.js';

/** The plugin: structures `n-m`, `block`, `channel`, `constant-fan-in`, the redistributor `allocated`. */
export default definePlugin({
  name: '@espalier/plugin-structures',
  api: 1,
  strategies: [nm, block, channel, constantFanIn, allocated],
});
