import type { Scores } from '../contract.js';
import { selectLargest } from './largest.js';

/**
 * How many of the k largest of all scores lie in each list; of equal scores the lower list, then the lower
 * index wins.
 *
 * @param lists - scores per layer
 * @param k - how many winners
 * @returns one count per list
 */
export function countLargestAcross(lists: readonly Scores[], k: number): number[] {
  const single = lists.every((list) => list instanceof Float32Array);
  const total = lists.reduce((n, list) => n + list.length, 0);
  const all = single ? new Float32Array(total) : new Float64Array(total);
  let offset = 0;
  for (const list of lists) {
    all.set(list, offset);
    offset += list.length;
  }
  const winners = selectLargest(all, k);
  const counts: number[] = [];
  let from = 0;
  let end = 0;
  for (const list of lists) {
    end += list.length;
    const to = lowerBound(winners, end, from);
    counts.push(to - from);
    from = to;
  }
  return counts;
}

/**
 * How many of the k lowest of all scores lie in each list; of equal scores the higher list, then the higher
 * index leaves first, as in pruning.
 */
export function countLowestAcross(lists: readonly Scores[], k: number): number[] {
  const total = lists.reduce((n, list) => n + list.length, 0);
  const kept = countLargestAcross(lists, total - Math.min(k, total));
  return lists.map((list, i) => list.length - kept[i]!);
}

function lowerBound(values: Uint32Array, bound: number, from: number): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
