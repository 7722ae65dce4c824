export { type SparsityOptions, type StartPlan, type StartPlanner, startPlanner } from './planner.js';
export { matchLayers } from './select-layers.js';
