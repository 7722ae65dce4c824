import { flowChart } from '../charts/flow.js';
import { isRewired, type ReportContext, type ShownGroup } from '../context.js';
import { figure } from '../html/figure.js';
import { layerName } from '../html/layer-name.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { integer, listed } from '../html/numbers.js';
import { panelTitle } from '../html/panel-title.js';
import type { Table } from '../html/table.js';
import { type BudgetFlow, budgetFlow } from '../measure/budget-flow.js';

/** Layers drawn at most; the others are put together. */
const MOST_LAYERS = 10;

/** How the budget moved between layers; undefined where no run was rewired, which is said elsewhere. */
export function budgetFlowFigure({ groups }: ReportContext): Markup | undefined {
  const rewired = groups.filter(isRewired).map((group) => ({ group, counts: countsOf(group) }));
  if (rewired.length === 0) return undefined;
  const moving = rewired.filter(({ counts }) => counts.some((column) => column.join() !== counts[0]!.join()));
  if (moving.length === 0) return note('The budget did not move: every layer kept its number of weights.');
  const still = rewired.filter((entry) => !moving.includes(entry)).map(({ group }) => group.label);
  const notes = [
    'How many active weights each layer has, and what moved between layers from one moment to the next. Heights are in proportion to the weights. What shrinking layers gave is spread over growing ones by their growth.',
    still.length > 0 ? `Not drawn: ${listed(still)}, where every layer kept its number of weights.` : '',
  ];
  return figure({
    title: 'The budget moving between layers',
    caption: notes.filter((note) => note !== '').join(' '),
    wide: true,
    picture: html`<div class="panels">${moving.map(({ group, counts }) => drawFlow(group, counts, groups.length > 1))}</div>`,
    tables: rewired.map(({ group, counts }) => flowTable(group, counts)),
  });
}

/** Active weights per moment and layer, means over the group's runs. */
function countsOf({ runs, moments }: ShownGroup): number[][] {
  return moments.map(({ updates }) =>
    runs[0]!.topology.layers.map(
      (_, layer) =>
        runs.reduce((all, { history }) => all + history.nonZeros[updates]![layer]!, 0) / runs.length,
    ),
  );
}

function drawFlow(
  { label, runs, moments }: ShownGroup,
  counts: readonly (readonly number[])[],
  several: boolean,
): Markup {
  const names = runs[0]!.topology.layers.map(({ name }) => name);
  const merged = mergeStill(names, counts);
  const flow = budgetFlow(merged.counts);
  return html`<div class="panel">${panelTitle(label, several)}${flowChart({
    title: `${label}: the budget moving between layers`,
    description: describe(flow, merged.names),
    flow,
    layers: merged.names.map(layerName),
    columns: moments.map((moment) => moment.label),
  })}</div>`;
}

/** The layers whose counts changed most by themselves, the others as one. */
function mergeStill(
  names: readonly string[],
  counts: readonly (readonly number[])[],
): { names: readonly string[]; counts: readonly (readonly number[])[] } {
  if (names.length <= MOST_LAYERS) return { names, counts };
  const change = names.map((_, i) => {
    const column = counts.map((layers) => layers[i]!);
    return Math.max(...column) - Math.min(...column);
  });
  const order = names.map((_, i) => i).sort((a, b) => change[b]! - change[a]!);
  const kept = order.slice(0, MOST_LAYERS - 1).sort((a, b) => a - b);
  const others = order.slice(MOST_LAYERS - 1);
  return {
    names: [...kept.map((i) => names[i]!), `${others.length} others`],
    counts: counts.map((layers) => [
      ...kept.map((i) => layers[i]!),
      others.reduce((all, i) => all + layers[i]!, 0),
    ]),
  };
}

function describe({ columns }: BudgetFlow, names: readonly string[]): string {
  const ends = names.map(
    (name, i) => `${name} from ${integer(columns[0]![i]!)} to ${integer(columns.at(-1)![i]!)} weights`,
  );
  return `${listed(ends)}.`;
}

function flowTable({ label, runs, moments }: ShownGroup, counts: readonly (readonly number[])[]): Table {
  return {
    caption: `Active weights by layer, ${label}`,
    head: ['layer', ...moments.map((moment) => moment.label), 'change'],
    rows: runs[0]!.topology.layers.map(({ name }, i) => {
      const change = counts.at(-1)![i]! - counts[0]![i]!;
      return [
        name,
        ...counts.map((layers) => integer(layers[i]!)),
        `${change > 0 ? '+' : ''}${integer(change)}`,
      ];
    }),
  };
}
