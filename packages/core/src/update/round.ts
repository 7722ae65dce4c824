import type { GrownValue, Positions, Site, Structure } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { sum } from '../numbers/index.js';
import type { RecipeRound } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { common, indicesWithout, without } from '../selection/index.js';
import { badResult, callStrategy, expectList, expectTyped } from './call.js';
import { type Pruning, planPrune } from './prune.js';
import { placeRegrown, shareRegrown } from './regrow.js';
import type { RoundScope } from './round-scope.js';

/** How a round goes. */
export interface RoundOrder {
  readonly order: 'prune-regrow' | 'regrow-prune';
  readonly grownValue: Bound<GrownValue>;
  readonly structure: Bound<Structure> | null;
}

/**
 * Plans one round on the layers of a scope, which then show its result: prune scores, quotas, redistribution,
 * regrowth.
 *
 * @returns per layer how many weights the quota took
 */
export function planRound(round: RecipeRound, scope: RoundScope, order: RoundOrder): number[] {
  const { removed, keep, counts } = planCounts(round, scope, order);
  const places = placeRegrown(counts, scope, order.structure);
  // Where the grown were to be protected from the prune, it is still to be done.
  applyPrune(keep, scope);
  for (const [i, layer] of scope.layers.entries()) {
    growLayer(order.grownValue, scope, i, places[i]!);
    layer.candidates.exclude(() => layer.active);
  }
  return removed;
}

/** What comes before places are sought. Scores end here: with millions of weights they are in the way of what follows. */
function planCounts(round: RecipeRound, scope: RoundScope, order: RoundOrder) {
  const pruning = planPrune(round, scope, order.structure);
  const protect = order.order === 'regrow-prune';
  if (!protect) {
    applyPrune(pruning.keep, scope);
    cascade(round, scope);
  } else if (round.prune.strategy.cascade !== undefined) {
    throw new EspalierError(
      'ESPALIER_INVALID_CONFIG',
      `prune "${round.prune.name}" takes further weights away once it has pruned, which the order "regrow-prune" leaves no time for.`,
    );
  }
  const kept = scope.layers.map((layer, i) => (protect ? pruning.keep[i]!.length : layer.nonZeros));
  const removed = pruning.sites.map(({ scores }, i) => scores.length - kept[i]!);
  const total = scope.budget - sum(kept);
  if (total < 0) {
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `At step ${scope.clock.step} the quota "${round.pruneQuota.name}" leaves ${scope.budget - total} weights, ` +
        `but the budget is ${scope.budget}; the quota "to-budget" prunes as many as it takes.`,
    );
  }
  const sites = regrowSites(pruning, removed, scope, total);
  return { removed, keep: pruning.keep, counts: shareRegrown(round, scope, sites, total) };
}

/** Layers know what they keep afterwards; the lists, as long as the layers, are let go one by one. */
function applyPrune(keep: Uint32Array[], scope: RoundScope): void {
  for (const layer of scope.layers.slice(0, keep.length)) layer.keep(keep.shift()!);
}

/** What the prune criterion takes away besides, now that every layer shows what it kept. */
function cascade({ prune }: RecipeRound, scope: RoundScope): void {
  if (prune.strategy.cascade === undefined) return;
  const where = { step: scope.clock.step };
  const further = scope.gate.during(prune, () =>
    callStrategy(prune, where, () => prune.strategy.cascade!(scope.layers, scope.context(prune))),
  );
  expectList(prune, where, further, 'a list of positions per layer');
  if (further.length !== scope.layers.length) {
    throw badResult(prune, where, `cascaded in ${further.length} layers of ${scope.layers.length}`);
  }
  for (const [i, layer] of scope.layers.entries()) {
    const taken = further[i]!;
    const site = { layer: layer.name, ...where };
    expectTyped(prune, site, taken, 'positions');
    if (taken.length === 0) continue;
    const stay = indicesWithout(layer.active, taken);
    if (stay.length + taken.length !== layer.active.length) {
      throw badResult(prune, site, 'cascaded to positions that are not active, or do not ascend');
    }
    layer.keep(stay);
  }
}

/** Sets each layer's candidates; what was just pruned is among them unless it may not return. */
function regrowSites(pruning: Pruning, removed: readonly number[], scope: RoundScope, total: number): Site[] {
  const { layers } = scope;
  for (const layer of layers) {
    layer.candidates.exclude(scope.regrowPruned === 'never' ? () => layer.ever : () => layer.active);
  }
  if (scope.regrowPruned === 'never' && total > sum(layers.map(({ candidates }) => candidates.count))) {
    for (const layer of layers) layer.candidates.exclude(() => layer.active);
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
  // Of what was active before, only what is gone now can come back.
  const returning = common(grown, layer.gone);
  const added = without(grown, returning);
  const fresh = scope.regrowPruned === 'restart' ? grown : added;
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
  layer.grow(grown, { returning, added }, fresh, values);
}
