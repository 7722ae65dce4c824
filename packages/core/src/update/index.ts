export { budgetAt } from './budget.js';
export { type CallSite, callStrategy } from './call.js';
export { type FloorReserve, reserveFloors } from './floors.js';
export {
  type LayerPlan,
  type UpdatePlan,
  type UpdatePlanner,
  type UpdateRequest,
  updatePlanner,
} from './planner.js';
export { groupSizes } from './prune.js';
export { type RankOptions, rankAcross } from './rank-across.js';
export { Ranking } from './ranking.js';
export type { Report } from './round-scope.js';
export { TopologyUpdater, type UpdaterParts } from './updater.js';
