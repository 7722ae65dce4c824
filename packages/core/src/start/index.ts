export {
  planAllocation,
  type SparsityOptions,
  type StartAllocation,
  type StartOptions,
} from './allocation.js';
export type { DenseNetwork } from './oracle.js';
export { type StartPlan, type StartPlanner, type StartState, startPlanner } from './planner.js';
export { matchLayers } from './select-layers.js';
