import { sum } from '@espalier/core';
import { integer, percent } from '../format.js';
import { type Column, table } from '../layout/table.js';
import { wrap } from '../layout/wrap.js';
import type { LayerStatistics, TopologyStatistics } from './measure-topology.js';

const COLUMNS: readonly Column[] = [
  { title: 'layer', text: true },
  { title: 'active' },
  { title: 'density' },
  { title: 'fan-in' },
  { title: 'empty' },
  { title: 'unused' },
  { title: 'kept' },
  { title: 'changed' },
];

const LEGEND =
  'fan-in: fewest, mean and most active weights into a unit. empty: units without any. unused: inputs that lead ' +
  'nowhere. kept: share of the first connections that are active. changed: weights that this update took and brought.';

/** A topology for the terminal. @param complete - whether the run's log was closed in order */
export function describeTopology(directory: string, topology: TopologyStatistics, complete: boolean): string {
  const { update, updates, step, layers } = topology;
  if (layers.length === 0) return `${directory}: no layer of this run is sparse.`;
  const active = sum(layers.map((layer) => layer.active));
  const size = sum(layers.map((layer) => layer.size));
  const when = update === 0 ? 'at the start' : `after update ${update} of ${updates}, step ${integer(step!)}`;
  return [
    `${directory} ${when}`,
    `${integer(active)} of ${integer(size)} weights active (${percent(active / size)})`,
    ...(complete ? [] : ['The run was cut off or goes on: later updates may be missing.']),
    '',
    table(COLUMNS, layers.map(cells)),
    '',
    wrap(LEGEND),
  ].join('\n');
}

function cells(layer: LayerStatistics): string[] {
  const { name, active, density, fanIn, unitsWithoutInput, inputsWithoutOutput, start, pruned, grown } =
    layer;
  const count = (n: number | undefined) => (n === undefined ? '?' : integer(n));
  return [
    name,
    integer(active),
    percent(density),
    fanIn === undefined ? '?' : `${fanIn.min} ${brief(fanIn.mean)} ${fanIn.max}`,
    count(unitsWithoutInput),
    count(inputsWithoutOutput),
    `${(100 * start.survival).toFixed(1)} %`,
    `-${integer(pruned)} +${integer(grown)}`,
  ];
}

function brief(mean: number): string {
  return mean.toFixed(mean < 10 ? 1 : 0);
}
