import type { Site, Structure, UpdateContext } from '../contract.js';
import { apportion, sum } from '../numbers/index.js';
import type { RecipeRound } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { firstNaN, selectLargest } from '../selection/index.js';
import { badResult, callStrategy, expectList, expectTyped } from './call.js';
import { type RoundScope, structureContext } from './round-scope.js';

/** A scored layer and the indices of its active weights that stay. */
export interface Pruning {
  readonly sites: readonly Site[];
  readonly keep: Uint32Array[];
}

/** Groups may be kinds, such as signs, of which small layers have as many as large ones. */
const MOST_KINDS = 256;

/** Scores every layer, lets the quota decide how many leave, and chooses which. */
export function planPrune(
  round: RecipeRound,
  scope: RoundScope,
  structure: Bound<Structure> | null,
): Pruning {
  const sites = scope.layers.map((_, i) => scoreLayer(round, scope, i));
  const { pruneQuota } = round;
  const quotas = scope.gate.during(pruneQuota, () =>
    callStrategy(pruneQuota, { step: scope.clock.step }, () =>
      pruneQuota.strategy.quota(sites, scope.context(pruneQuota)),
    ),
  );
  const where = { step: scope.clock.step };
  expectList(pruneQuota, where, quotas, 'a list of quotas');
  if (quotas.length !== sites.length) {
    throw badResult(pruneQuota, where, `returned ${quotas.length} quotas for ${sites.length} layers`);
  }
  const keep = sites.map((site, i) =>
    structure === null
      ? survivors(site, quotas[i]!, round, scope.clock.step)
      : structured(structure, site, quotas[i]!, round, scope, i),
  );
  return { sites, keep };
}

function scoreLayer(round: RecipeRound, scope: RoundScope, index: number): Site {
  const { prune } = round;
  const layer = scope.layers[index]!;
  const where = { layer: layer.name, step: scope.clock.step };
  const n = layer.active.length;
  const { scores, groups } = scope.gate.during(prune, () =>
    callStrategy(prune, where, () => ({
      scores: prune.strategy.score(layer, scope.context(prune) as UpdateContext),
      groups: prune.strategy.groups?.(layer),
    })),
  );
  expectTyped(prune, where, scores, 'scores');
  if (scores.length !== n) {
    throw badResult(prune, where, `returned ${scores.length} scores for ${n} active weights`);
  }
  const nan = firstNaN(scores);
  if (nan >= 0) {
    throw badResult(prune, where, `scored the weight at position ${layer.active[nan]} NaN`);
  }
  if (groups !== undefined) expectTyped(prune, where, groups, 'groups');
  if (groups !== undefined && groups.length !== n) {
    throw badResult(prune, where, `returned ${groups.length} group indices for ${n} active weights`);
  }
  // Every index up to the largest costs memory, whether or not it is used.
  const limit = Math.max(MOST_KINDS, layer.size);
  const far = groups?.find((group) => group >= limit);
  if (far !== undefined) {
    throw badResult(prune, where, `put a weight into group ${far}; group indices are below ${limit} here`);
  }
  return {
    layer,
    scores,
    removed: 0,
    floor: scope.floors[index]!,
    allocated: scope.allocated[index]!,
    room: 0,
    ...(groups ? { groups } : {}),
  };
}

/** Which weights a structure keeps of those that the quota leaves. */
function structured(
  structure: Bound<Structure>,
  { layer, scores }: Site,
  quota: number | readonly number[],
  { pruneQuota }: RecipeRound,
  scope: RoundScope,
  index: number,
): Uint32Array {
  const n = scores.length;
  const where = { layer: layer.name, step: scope.clock.step };
  const count = typeof quota === 'number' ? quota : sum(quota);
  if (!(Number.isInteger(count) && count >= 0 && count <= n)) {
    throw badResult(pruneQuota, where, `wants to prune ${count} of ${n} active weights`);
  }
  const kept = scope.gate.during(structure, () =>
    callStrategy(structure, where, () =>
      structure.strategy.keep(layer, scores, n - count, structureContext(structure, scope, index)),
    ),
  );
  expectTyped(structure, where, kept, 'indices');
  const ascending = kept.every((index, i) => index < n && (i === 0 || index > kept[i - 1]!));
  if (!ascending || kept.length > n - count) {
    throw badResult(
      structure,
      where,
      `kept ${kept.length} weights; at most ${n - count} ascending indices below ${n} are due`,
    );
  }
  return kept;
}

function survivors(
  site: Site,
  quota: number | readonly number[],
  round: RecipeRound,
  step: number,
): Uint32Array {
  const n = site.scores.length;
  const where = { layer: site.layer.name, step };
  const check = (count: number, available: number, of: string) => {
    if (!(Number.isInteger(count) && count >= 0 && count <= available)) {
      throw badResult(round.pruneQuota, where, `wants to prune ${count} of ${available} ${of}`);
    }
  };
  if (typeof quota !== 'number') expectList(round.pruneQuota, where, quota, 'a number or a list of numbers');
  if (site.groups === undefined) {
    const count = typeof quota === 'number' ? quota : sum(quota);
    check(count, n, 'active weights');
    return selectLargest(site.scores, n - count);
  }
  const members = membersOfGroups(site.groups);
  const quotas = typeof quota === 'number' ? spread(quota, members, n) : quota;
  if (quotas.length !== members.length) {
    throw badResult(round.pruneQuota, where, `returned ${quotas.length} quotas for ${members.length} groups`);
  }
  const kept = members.map((group, g) => {
    check(quotas[g]!, group.length, `active weights of group ${g}`);
    const scores = Float64Array.from(group, (i) => site.scores[i]!);
    return selectLargest(scores, group.length - quotas[g]!).map((k) => group[k]!);
  });
  const all = new Uint32Array(sum(kept.map(({ length }) => length)));
  let filled = 0;
  for (const part of kept) {
    all.set(part, filled);
    filled += part.length;
  }
  return all.sort();
}

function spread(quota: number, members: readonly Uint32Array[], n: number): number[] {
  const caps = members.map(({ length }) => length);
  return apportion(
    caps.map((size) => (n === 0 ? 0 : (quota * size) / n)),
    quota,
    { caps },
  );
}

function membersOfGroups(groups: Uint32Array): Uint32Array[] {
  const sizes = groupSizes(groups);
  const members = sizes.map((size) => new Uint32Array(size));
  const filled = sizes.map(() => 0);
  for (let i = 0; i < groups.length; i++) {
    const g = groups[i]!;
    members[g]![filled[g]!++] = i;
  }
  return members;
}

/** How many entries each group index has, from 0 to the largest index. */
export function groupSizes(groups: Uint32Array): number[] {
  const sizes: number[] = [];
  for (const g of groups) {
    while (sizes.length <= g) sizes.push(0);
    sizes[g]!++;
  }
  return sizes;
}
