/**
 * Methods that store and train inactive weights: Top-KAST, magnitude pruning with straight-through gradients, SR-STE.
 * @module
 */
import { definePlugin } from '@espalier/core';
import { all, strongest } from './backward.js';
import { magnitudeSte, srSte, topKast } from './methods.js';
import { storedRegrow, storedValue } from './stored.js';
import { largest } from './topology.js';

/**
 * The plugin: methods `top-kast`, `magnitude-ste` and `sr-ste` (which needs `@espalier/plugin-structures`), backward sets
 * `strongest` and `all`, topology `largest`, regrow criterion and grown value `stored`.
 */
export default definePlugin({
  name: '@espalier/plugin-latent',
  api: 1,
  strategies: [all, strongest, largest, storedRegrow, storedValue],
  methods: [topKast, magnitudeSte, srSte],
});
