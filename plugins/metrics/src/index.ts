/**
 * Metrics as observers: what a run costs, how far it explores, what its updates change, which units are dead, how much
 * gradient flows, and where the weights are.
 * @module
 */
import { definePlugin } from '@espalier/core';

export { type Accounting, accountingOf } from './accounting.js';

import { deadUnits } from './dead-units.js';
import { density } from './density.js';
import { drift } from './drift.js';
import { exploration } from './exploration.js';
import { flops } from './flops.js';
import { gradientFlow } from './gradient-flow.js';
import { maskChange } from './mask-change.js';

/** The plugin: the observers `flops`, `exploration`, `mask-change`, `dead-units`, `gradient-flow`, `density`, `drift`. */
export default definePlugin({
  name: '@espalier/plugin-metrics',
  api: 1,
  strategies: [flops, exploration, maskChange, deadUnits, gradientFlow, density, drift],
});
