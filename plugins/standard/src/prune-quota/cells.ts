import { groupSizes, type Scores, type Site } from '@espalier/core';

/** Decides one count for each of some lists of scores. */
export type CountLists = (lists: readonly Scores[]) => readonly number[];

/**
 * Decides counts inside layers, and inside their groups where the prune criterion makes groups.
 *
 * @param count - sees one list of scores per layer, or per group of it, in the order of layers and groups
 * @returns counts in the form that a quota returns them
 */
export function countCells(sites: readonly Site[], count: CountLists): (number | number[])[] {
  const lists = sites.map(splitByGroup);
  const counts = count(lists.flat());
  let next = 0;
  return sites.map(({ groups }, i) => {
    const own = counts.slice(next, next + lists[i]!.length);
    next += own.length;
    return groups === undefined ? own[0]! : own;
  });
}

function splitByGroup({ scores, groups }: Site): Scores[] {
  if (groups === undefined) return [scores];
  const lists = groupSizes(groups).map((size) => new Float64Array(size));
  const filled = lists.map(() => 0);
  for (let i = 0; i < scores.length; i++) {
    const g = groups[i]!;
    lists[g]![filled[g]!++] = scores[i]!;
  }
  return lists;
}
