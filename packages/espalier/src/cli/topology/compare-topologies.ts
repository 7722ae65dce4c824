import {
  compareTopologies,
  EspalierError,
  type Overlap,
  type Positions,
  shareDistance,
  sum,
} from '@espalier/core';
import type { TopologyLayer } from '@espalier/runs';
import { percent } from '../format.js';
import { type Column, table } from '../layout/table.js';
import { wrap } from '../layout/wrap.js';

/** A topology of a run, after some update. */
export interface NamedTopology {
  /** As it was given. */
  readonly directory: string;
  readonly update: number;
  readonly layers: readonly TopologyLayer[];
  readonly active: readonly Positions[];
}

/** How two topologies compare in one layer. */
interface LayerComparison extends Overlap {
  readonly name: string;
  /** Active positions of the first and of the second. */
  readonly active: readonly [number, number];
  /** The overlap on average of topologies that are drawn uniformly with as many active positions. */
  readonly chance: number;
}

/** How two topologies compare. */
export interface TopologyComparison {
  /** The updates that lie behind them. */
  readonly updates: readonly [number, number];
  readonly layers: readonly LayerComparison[];
  /** The same of all layers together. */
  readonly all: LayerComparison;
  /** Half the sum of absolute differences of the layers' shares, from 0 to 1. */
  readonly shareDistance: number;
}

/**
 * Compares the topologies of two runs, layer by layer.
 * @param chosen - which layers of the first are wanted
 * @throws EspalierError ESPALIER_RUNS_DIFFER where their sparse layers are not the same
 */
export function compareRuns(
  first: NamedTopology,
  second: NamedTopology,
  chosen: readonly boolean[],
): TopologyComparison {
  checkAlike(first, second);
  const indices = [...first.layers.keys()].filter((i) => chosen[i]);
  const layers = indices.map((i) => compareLayer(first.layers[i]!, first.active[i]!, second.active[i]!));
  const [a, b] = [0, 1].map((side) => layers.map(({ active }) => active[side]!)) as [number[], number[]];
  return {
    updates: [first.update, second.update],
    layers,
    all: together(layers, sum(indices.map((i) => first.layers[i]!.size))),
    shareDistance: shareDistance(a, b),
  };
}

/** A comparison for the terminal. */
export function describeComparison(
  directories: readonly [string, string],
  { updates, layers, all, shareDistance: distance }: TopologyComparison,
): string {
  const after = (update: number) => (update === 0 ? 'at the start' : `after update ${update}`);
  const columns: readonly Column[] = [
    { title: 'layer', text: true },
    ...['first', 'second', 'shared', 'overlap', 'by chance', 'jaccard', 'hamming'].map((title) => ({
      title,
    })),
  ];
  return [
    ...directories.map((directory, i) => `${directory} ${after(updates[i]!)}`),
    '',
    table(columns, [...layers, all].map(cells)),
    '',
    wrap(`${LEGEND} The layers' shares of all connections are ${distance.toFixed(3)} apart, from 0 to 1.`),
  ].join('\n');
}

const LEGEND =
  'overlap: connections of both over the smaller number. by chance: that of topologies drawn uniformly, with as many in ' +
  'each layer. jaccard: over those of either. hamming: share of positions that are active in one only.';

function cells({ name, active, intersection, overlap, chance, jaccard, hammingNormalised }: LayerComparison) {
  const counts = [...active, intersection].map((n) => n.toLocaleString('en-US'));
  return [name, ...counts, ...[overlap, chance, jaccard, hammingNormalised].map(percent)];
}

function compareLayer({ name, size }: TopologyLayer, a: Positions, b: Positions): LayerComparison {
  const smaller = Math.min(a.length, b.length);
  return {
    name,
    active: [a.length, b.length],
    ...compareTopologies(a, b, size),
    chance: smaller === 0 ? 1 : (a.length * b.length) / size / smaller,
  };
}

function together(layers: readonly LayerComparison[], size: number): LayerComparison {
  const total = (of: (layer: LayerComparison) => number) => sum(layers.map(of));
  const smallest = total(({ active }) => Math.min(...active));
  const over = (count: number, whole: number) => (whole === 0 ? 1 : count / whole);
  const intersection = total((layer) => layer.intersection);
  const hamming = total((layer) => layer.hamming);
  return {
    name: 'all',
    active: [total(({ active }) => active[0]), total(({ active }) => active[1])],
    intersection,
    hamming,
    hammingNormalised: hamming / size,
    jaccard: over(intersection, intersection + hamming),
    overlap: over(intersection, smallest),
    chance: over(
      total(({ chance, active }) => chance * Math.min(...active)),
      smallest,
    ),
  };
}

function checkAlike(first: NamedTopology, second: NamedTopology): void {
  const describe = ({ layers }: NamedTopology) =>
    layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`);
  const [a, b] = [describe(first), describe(second)];
  if (a.length > 0 && a.join() === b.join()) return;
  throw new EspalierError(
    'ESPALIER_RUNS_DIFFER',
    `${first.directory} has the sparse layers ${a.join(', ') || 'none'}; ${second.directory} has ${b.join(', ') || 'none'}. Topologies can only be compared where they are the same.`,
  );
}
