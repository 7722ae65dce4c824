import type { Positions, Proposal, Site, Structure } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import { apportion, floorCount, sum } from '../numbers/index.js';
import type { RecipeRegrow, RecipeRound } from '../recipe/index.js';
import type { Bound } from '../registry/index.js';
import { firstNaN, indicesWithout, newPositions, union } from '../selection/index.js';
import { badResult, callStrategy, expectList, expectTyped } from './call.js';
import { best } from './candidates.js';
import { reserveFloors } from './floors.js';
import { type RoundScope, structureContext } from './round-scope.js';

/** How many weights each entry of a round's list regrows in each layer. */
export type RegrowShares = ReadonlyMap<RecipeRegrow, readonly number[]>;

/**
 * Decides how many weights each layer regrows, and by which criterion.
 *
 * @param total - weights to regrow over all layers
 */
export function shareRegrown(
  round: RecipeRound,
  scope: RoundScope,
  sites: readonly Site[],
  total: number,
): RegrowShares {
  const rooms = sites.map(({ room }) => room);
  if (total > sum(rooms)) {
    throw new EspalierError(
      'ESPALIER_INFEASIBLE_BUDGET',
      `At step ${scope.clock.step} ${total} weights are to be regrown, but there are only ${sum(rooms)} candidates.`,
    );
  }
  const [first, ...others] = round.regrow;
  const outside = others.filter(({ spread }) => spread !== 'by-count');
  const inside = others.filter(({ spread }) => spread === 'by-count');

  const apart = outsideCounts(outside, scope, sites, total);
  const taken = sites.map((_, i) => sum([...apart.values()].map((counts) => counts[i]!)));
  const left = total - sum(taken);
  const reduced = sites.map((site, i) => ({ ...site, room: site.room - taken[i]! }));
  const counts = distribute(round, scope, reduced, left);

  const shares = new Map<RecipeRegrow, readonly number[]>(apart);
  const open = [...counts];
  for (const entry of inside) {
    const slots = Math.min(floorCount(entry.share * left), sum(open));
    const x = apportion(
      counts.map((c) => entry.share * c),
      slots,
      { caps: open },
    );
    shares.set(entry, x);
    for (const [i, n] of x.entries()) open[i]! -= n;
  }
  shares.set(first!, open);
  return new Map(round.regrow.map((entry) => [entry, shares.get(entry)!]));
}

/**
 * Decides where weights regrow. Whatever room the best places leave is for the others: entries place in the order
 * of the list.
 *
 * @returns per layer the ascending positions to grow
 */
export function placeRegrown(
  shares: RegrowShares,
  scope: RoundScope,
  structure: Bound<Structure> | null,
): Positions[] {
  return scope.layers.map((layer, i) => {
    if (structure !== null) {
      const [first] = shares.keys();
      const count = sum([...shares.values()].map((counts) => counts[i]!));
      return growStructured(structure, first!, scope, i, count);
    }
    const start = layer.candidates.excluded;
    let grown: Positions = newPositions(layer.size, 0);
    for (const [entry, counts] of shares) {
      const count = counts[i]!;
      if (count === 0) continue;
      if (grown.length > 0) layer.candidates.exclude(union(start, grown));
      grown = union(grown, propose(entry, scope, i, count).positions);
    }
    return grown;
  });
}

function distribute(
  round: RecipeRound,
  scope: RoundScope,
  sites: readonly Site[],
  total: number,
): readonly number[] {
  const { redistribute } = round;
  const where = { step: scope.clock.step };
  const counts = scope.gate.during(redistribute, () =>
    callStrategy(redistribute, where, () =>
      redistribute.strategy.distribute(sites, total, scope.context(redistribute)),
    ),
  );
  expectList(redistribute, where, counts, 'a list of counts');
  if (counts.length !== sites.length) {
    throw badResult(redistribute, where, `returned ${counts.length} counts for ${sites.length} layers`);
  }
  const reserve = reserveFloors(sites, total);
  if (reserve.short) {
    scope.report('floors-short', {
      message: `${total} weights can not lift every layer to its floor; they were apportioned to the deficits`,
    });
  }
  for (const [i, count] of counts.entries()) {
    const { layer, room, floor } = sites[i]!;
    const site = { layer: layer.name, step: scope.clock.step };
    if (!(Number.isInteger(count) && count >= 0 && count <= room)) {
      throw badResult(redistribute, site, `gave ${count} weights to a layer with room for ${room}`);
    }
    if (count < reserve.counts[i]!) {
      throw badResult(
        redistribute,
        site,
        `gave ${count} weights to a layer that keeps ${layer.active.length} and must not fall below ${floor}`,
      );
    }
  }
  if (sum(counts) !== total) {
    throw badResult(redistribute, where, `gave out ${sum(counts)} weights of ${total}`);
  }
  return counts;
}

/** Slots of the entries that the redistributor has no say in. */
function outsideCounts(
  entries: readonly RecipeRegrow[],
  scope: RoundScope,
  sites: readonly Site[],
  total: number,
): Map<RecipeRegrow, readonly number[]> {
  const rooms = sites.map(({ room }) => room);
  let spare = total - sum(reserveFloors(sites, total).counts);
  const counts = new Map<RecipeRegrow, readonly number[]>();
  for (const [e, entry] of entries.entries()) {
    const slots = Math.min(floorCount(entry.share * total), spare);
    const all = sum(rooms);
    const x =
      entry.spread === 'drawn'
        ? drawCounts(scope, rooms, slots, e)
        : apportion(
            rooms.map((room) => (all === 0 ? 0 : (slots * room) / all)),
            slots,
            { caps: rooms },
          );
    counts.set(entry, x);
    spare -= slots;
    for (const [i, n] of x.entries()) rooms[i]! -= n;
  }
  return counts;
}

/** How many of some slots fall into each layer when they are drawn from all candidates without replacement. */
function drawCounts(scope: RoundScope, rooms: readonly number[], slots: number, entry: number): number[] {
  const random = scope.random.stream(`core/regrow-drawn/${entry}`, '', scope.clock.step);
  const left = [...rooms];
  const counts = rooms.map(() => 0);
  let all = sum(left);
  for (let k = 0; k < slots; k++) {
    let ticket = random.below(all);
    let i = 0;
    while (ticket >= left[i]!) ticket -= left[i++]!;
    counts[i]!++;
    left[i]!--;
    all--;
  }
  return counts;
}

/** A structure chooses among all candidates, whose scores tell what belongs together. */
function growStructured(
  structure: Bound<Structure>,
  entry: RecipeRegrow,
  scope: RoundScope,
  index: number,
  count: number,
): Positions {
  const layer = scope.layers[index]!;
  if (count === 0) return newPositions(layer.size, 0);
  const where = { layer: layer.name, step: scope.clock.step };
  const candidates = propose(entry, scope, index, layer.candidates.count);
  const grown = scope.gate.during(structure, () =>
    callStrategy(structure, where, () =>
      structure.strategy.grow(layer, candidates, count, structureContext(structure, scope, index)),
    ),
  );
  expectTyped(structure, where, grown, 'positions');
  if (grown.length > count) throw badResult(structure, where, `grew ${grown.length} weights of ${count}`);
  if (indicesWithout(candidates.positions, grown).length !== candidates.positions.length - grown.length) {
    throw badResult(structure, where, 'grew positions that are no candidates, or do not ascend');
  }
  return grown;
}

/** @returns the `count` best of what a criterion proposes */
function propose(entry: RecipeRegrow, scope: RoundScope, index: number, count: number): Proposal {
  const { criterion } = entry;
  const layer = scope.layers[index]!;
  const where = { layer: layer.name, step: scope.clock.step };
  const proposal = scope.gate.during(criterion, () =>
    callStrategy(criterion, where, () => criterion.strategy.propose(layer, count, scope.context(criterion))),
  );
  expectTyped(criterion, where, proposal?.positions, 'positions');
  expectTyped(criterion, where, proposal.scores, 'scores');
  const complaint = complaintAbout(proposal, count, layer.size, layer.candidates.excluded);
  if (complaint !== undefined) throw badResult(criterion, where, complaint);
  return best(proposal, count);
}

function complaintAbout(
  proposal: Proposal,
  count: number,
  size: number,
  excluded: Positions,
): string | undefined {
  const { positions, scores } = proposal;
  if (positions.length !== scores.length)
    return `proposed ${positions.length} positions with ${scores.length} scores`;
  if (positions.length < count) return `proposed ${positions.length} positions; ${count} are due`;
  const nan = firstNaN(scores);
  if (nan >= 0) return `scored position ${positions[nan]} NaN`;
  let e = 0;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    if (!(Number.isInteger(position) && position >= 0 && position < size)) {
      return `proposed position ${position} of a layer with ${size} positions`;
    }
    if (i > 0 && position <= positions[i - 1]!)
      return `proposed positions that do not ascend, at ${position}`;
    while (e < excluded.length && excluded[e]! < position) e++;
    if (e < excluded.length && excluded[e] === position)
      return `proposed position ${position}, which is no candidate`;
  }
  return undefined;
}
