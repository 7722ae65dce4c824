import { bytes, count, integer, percent } from '../format.js';
import { colors } from '../layout/colors.js';
import { type Column, table } from '../layout/table.js';
import { entry } from '../layout/wrap.js';
import type { LayerForecast } from './layers.js';
import type { RunForecast } from './plan-run.js';

const COLUMNS: readonly Column[] = [
  { title: 'layer', text: true },
  { title: 'shape', text: true },
  { title: 'size' },
  { title: 'weights' },
  { title: 'density' },
  { title: 'floor' },
];

/** What a run would do, for the terminal. */
export function describePlan(run: RunForecast): string {
  const facts: [term: string, text: string][] = [
    ['run', `${run.method} on ${run.architecture}`],
    ['data', dataOf(run)],
    ['engine', engineOf(run)],
    ...run.engine.notes.map((note): [string, string] => ['', note]),
    ['steps', stepsOf(run)],
    ['budget', budgetOf(run)],
    ['dense', denseOf(run)],
    ['updates', updatesOf(run)],
    ...movesOf(run),
    ['memory', memoryOf(run)],
  ];
  const warnings = run.warnings.map((text) => colors.yellow(entry('warning', text, 0, 10)));
  return [
    ...facts.map(([term, text]) => entry(term, text, 0, 10)),
    '',
    table(COLUMNS, run.layers.map(cells)),
    ...(warnings.length === 0 ? [] : ['', ...warnings]),
  ].join('\n');
}

function cells({ name, shape, size, weights, density, floor, keptDenseBy }: LayerForecast): string[] {
  const least = keptDenseBy === null ? integer(floor) : 'dense';
  return [name, shape.join(' x '), integer(size), integer(weights), percent(density), least];
}

function dataOf({ data }: RunForecast): string {
  const splits = Object.entries({ training: data.train, ...data.splits });
  return `${data.name}: ${splits.map(([name, size]) => `${integer(size)} ${name}`).join(', ')} examples`;
}

function engineOf({ engine }: RunForecast): string {
  return engine.backend === undefined ? engine.name : `${engine.name} (${engine.backend})`;
}

function stepsOf({ epochs, stepsPerEpoch, steps, batchSize }: RunForecast): string {
  return `${integer(steps)}: ${count(epochs, 'epoch')} of ${integer(stepsPerEpoch)} with ${count(batchSize, 'example')} each`;
}

function budgetOf({ layers, budget, density }: RunForecast): string {
  const sparse = layers.filter(({ keptDenseBy }) => keptDenseBy === null);
  if (sparse.length === 0) return 'none: no layer is sparse';
  const size = sparse.reduce((all, layer) => all + layer.size, 0);
  const moves = budget.start === budget.target ? '' : `; it starts with ${integer(budget.start)}`;
  return `${integer(budget.target)} of ${integer(size)} weights (${percent(density.actual)})${moves}`;
}

function denseOf({ layers, otherParameters }: RunForecast): string {
  const kept = layers.filter(({ keptDenseBy }) => keptDenseBy !== null);
  const globs = [...new Set(kept.map(({ keptDenseBy }) => keptDenseBy))].map((glob) => `"${glob}"`);
  const named = kept.map(({ name }) => name).join(', ');
  const others =
    otherParameters === null ? '' : `${integer(otherParameters)} other parameters (biases, normalisation)`;
  if (kept.length === 0) return others || 'nothing';
  return `${named}, by keepDense ${globs.join(', ')}${others && `; ${others}`}`;
}

function updatesOf({ updates }: RunForecast): string {
  const { count: number, first, last, interval } = updates;
  if (number === 0) return 'none';
  if (interval === null) return `1, at step ${integer(first!)}`;
  const { min, max } = interval;
  const gap =
    max === 1 ? 'step' : min === max ? `${integer(min)} steps` : `${integer(min)} to ${integer(max)} steps`;
  return `${integer(number)}, every ${gap}, from step ${integer(first!)} to step ${integer(last!)}`;
}

function movesOf({ updates }: RunForecast): [term: string, text: string][] {
  const { count: number, dropFraction, movedByFirst, movesDensity, startRemaining } = updates;
  if (dropFraction === null) return [];
  const { first, middle, last } = dropFraction;
  const shares = [first, ...(number > 2 ? [middle] : []), ...(number > 1 ? [last] : [])].map(percent);
  const fractions = `drop fraction ${shares.join(', then ')}; the first update moves about ${count(movedByFirst, 'weight')}`;
  const forgotten = `the layers' first densities count for ${percent(startRemaining)} of the last ones`;
  return [['', fractions], ...(movesDensity ? [['', forgotten] as [string, string]] : [])];
}

function memoryOf({ memory }: RunForecast): string {
  const { weights, gradients, slots, topology, signal, total, dense } = memory;
  const parts = [
    `weights ${bytes(weights)}`,
    `gradients ${bytes(gradients)}`,
    `optimizer ${bytes(slots)}`,
    ...(topology + signal === 0 ? [] : [`topology ${bytes(topology + signal)}`]),
  ];
  return (
    `about ${bytes(total)} of tensors (${parts.join(', ')}), ${bytes(dense)} for the dense network; ` +
    'activations come on top'
  );
}
