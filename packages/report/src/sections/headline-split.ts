import type { ShownGroup } from '../context.js';

/** The split that results are told of: `test` where there is one, else the first. */
export function headlineSplit(groups: readonly ShownGroup[]): string {
  const splits = groups.flatMap(({ runs }) => runs.flatMap(({ summary }) => Object.keys(summary.metrics)));
  return splits.includes('test') ? 'test' : (splits[0] ?? 'test');
}
