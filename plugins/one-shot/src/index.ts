/**
 * Pruning at the start: SNIP, GraSP, SynFlow, LAMP and global magnitude, as allocators, topologies and static methods.
 * @module
 */
import { definePlugin } from '@espalier/core';
import { asScored } from './as-scored.js';
import { grasp } from './grasp.js';
import { globalMagnitude, lamp } from './magnitude.js';
import { snip } from './snip.js';
import { synflow } from './synflow.js';

const KINDS = [snip, grasp, synflow, lamp, globalMagnitude];

/**
 * The plugin: `snip`, `grasp`, `synflow`, `lamp` and `global-magnitude`, each an allocator, a topology and a method, and
 * the weights `as-scored`.
 */
export default definePlugin({
  name: '@espalier/plugin-one-shot',
  api: 1,
  strategies: [...KINDS.flatMap(({ strategies }) => strategies), asScored],
  methods: KINDS.map((kind) => kind.method),
});
