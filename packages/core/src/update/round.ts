import type { GrownValue, Positions, Site } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { sum } from '../numbers/index.js';
import type { RecipeRound } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { union, without } from '../selection/index.js';
import { badResult, callStrategy, expectTyped } from './call.js';
import { type Pruning, planPrune } from './prune.js';
import { planRegrow } from './regrow.js';
import type { RoundScope } from './round-scope.js';

/** How a round goes. */
export interface RoundOrder {
  readonly order: 'prune-regrow' | 'regrow-prune';
  readonly grownValue: Bound<GrownValue>;
}

/**
 * Plans one round on the layers of a scope, which then show its result: prune scores, quotas, redistribution,
 * regrowth.
 *
 * @returns per layer how many weights the quota took
 */
export function planRound(round: RecipeRound, scope: RoundScope, order: RoundOrder): number[] {
  const pruning = planPrune(round, scope);
  const removed = pruning.sites.map(({ scores }, i) => scores.length - pruning.keep[i]!.length);
  const total = scope.budget - sum(pruning.keep.map(({ length }) => length));
  if (total < 0) {
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `At step ${scope.clock.step} the quota "${round.pruneQuota.name}" leaves ${scope.budget - total} weights, ` +
        `but the budget is ${scope.budget}; the quota "to-budget" prunes as many as it takes.`,
    );
  }
  const protect = order.order === 'regrow-prune';
  if (!protect) applyPrune(pruning, scope);
  const sites = regrowSites(pruning, removed, scope, total);
  const places = planRegrow(round, scope, sites, total);
  if (protect) applyPrune(pruning, scope);
  for (const [i, layer] of scope.layers.entries()) {
    growLayer(order.grownValue, scope, i, places[i]!);
    layer.candidates.exclude(layer.active);
  }
  return removed;
}

function applyPrune(pruning: Pruning, scope: RoundScope): void {
  for (const [i, layer] of scope.layers.entries()) layer.keep(pruning.keep[i]!);
}

/** Sets each layer's candidates; what was just pruned is among them unless it may not return. */
function regrowSites(pruning: Pruning, removed: readonly number[], scope: RoundScope, total: number): Site[] {
  const { layers } = scope;
  for (const layer of layers) {
    const barred = scope.regrowPruned === 'never' ? union(layer.before, layer.active) : layer.active;
    layer.candidates.exclude(barred);
  }
  if (scope.regrowPruned === 'never' && total > sum(layers.map(({ candidates }) => candidates.count))) {
    for (const layer of layers) layer.candidates.exclude(layer.active);
    scope.report('exclusion-waived', {
      message: `there are fewer than ${total} positions that were inactive before; just pruned ones may return in this update`,
    });
  }
  return pruning.sites.map((site, i) => ({
    ...site,
    removed: removed[i]!,
    room: layers[i]!.candidates.count,
  }));
}

/** Weights that come back in the update that pruned them keep their value, unless they are to start anew. */
function growLayer(by: Bound<GrownValue>, scope: RoundScope, index: number, grown: Positions): void {
  const layer = scope.layers[index]!;
  const fresh = scope.regrowPruned === 'restart' ? grown : without(grown, layer.before);
  const where = { layer: layer.name, step: scope.clock.step };
  const values = scope.gate.during(by, () =>
    callStrategy(by, where, () => by.strategy.value(layer, fresh, scope.context(by))),
  );
  expectTyped(by, where, values, 'values');
  if (values.length !== fresh.length || !values.every(Number.isFinite)) {
    throw badResult(
      by,
      where,
      `returned ${values.length} values for ${fresh.length} grown weights, or one not finite`,
    );
  }
  layer.grow(grown, fresh, values);
}
