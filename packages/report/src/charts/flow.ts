import { html, type Markup } from '../html/markup.js';
import { integer } from '../html/numbers.js';
import type { BudgetFlow } from '../measure/budget-flow.js';
import { colourOf } from './palette.js';
import { shorten } from './stacked-bars.js';
import { type PictureText, svg } from './svg.js';

const WIDTH = 400;
/** Room for the layers' names on the left and the last counts on the right. */
const LEFT = 104;
const RIGHT = 48;
const NODE = 9;
/** Height of all weights together. */
const WEIGHTS = 210;
const GAP = 15;
const TOP = 24;

/** One flow picture. */
export interface FlowChart extends PictureText {
  readonly flow: BudgetFlow;
  readonly layers: readonly string[];
  /** Names of the columns. */
  readonly columns: readonly string[];
}

/** Columns of layers, each as high as its weights are many, and bands for the weights that stay or move. */
export function flowChart(chart: FlowChart): Markup {
  const { flow, layers, columns } = chart;
  const totals = flow.columns.map((column) => column.reduce((all, n) => all + n, 0));
  const scale = WEIGHTS / Math.max(1, ...totals);
  const x = (column: number) =>
    LEFT + (column * (WIDTH - LEFT - RIGHT - NODE)) / Math.max(1, columns.length - 1);
  const tops = flow.columns.map((column) => stack(column, scale));
  const height = TOP + WEIGHTS + GAP * layers.length;
  return svg(
    chart,
    WIDTH,
    height,
    html`${flow.transitions.flatMap((transition, c) => bands(transition, tops[c]!, tops[c + 1]!, x(c) + NODE, x(c + 1), scale))}
${flow.columns.map((column, c) => nodes(column, tops[c]!, x(c), scale))}
${layers.map((name, i) => html`<text x="${LEFT - 8}" y="${middle(tops[0]![i]!, flow.columns[0]![i]!, scale)}" dy="0.35em" text-anchor="end">${shorten(name, 14)}</text>`)}
${columns.map((name, c) => html`<text class="quiet" x="${x(c) + NODE / 2}" y="12" text-anchor="middle">${name}</text>`)}`,
    'picture flow',
  );
}

function stack(counts: readonly number[], scale: number): number[] {
  let y = TOP;
  return counts.map((count) => {
    const top = y;
    y += count * scale + GAP;
    return top;
  });
}

function middle(top: number, count: number, scale: number): string {
  return (top + (count * scale) / 2).toFixed(1);
}

function nodes(counts: readonly number[], tops: readonly number[], x: number, scale: number): Markup[] {
  return counts.map((count, i) => {
    const y = middle(tops[i]!, count, scale);
    return html`<rect x="${x}" y="${tops[i]!.toFixed(1)}" width="${NODE}" height="${Math.max(0.8, count * scale).toFixed(1)}" fill="${colourOf(i)}"/><text class="count" x="${x + NODE + 4}" y="${y}" dy="0.35em">${integer(count)}</text>`;
  });
}

/** One band per pair of layers between which weights move; those that stay first, so that they lie at the top. */
function bands(
  { moved }: BudgetFlow['transitions'][number],
  from: readonly number[],
  to: readonly number[],
  x0: number,
  x1: number,
  scale: number,
): Markup[] {
  const outAt = [...from];
  const inAt = [...to];
  const order = moved.flatMap((row, i) => row.map((count, j) => ({ i, j, count })));
  order.sort((a, b) => Number(a.i !== a.j) - Number(b.i !== b.j));
  return order
    .filter(({ count }) => count > 0)
    .map(({ i, j, count }) => {
      const width = count * scale;
      const [y0, y1] = [outAt[i]!, inAt[j]!];
      outAt[i] = y0 + width;
      inAt[j] = y1 + width;
      return html`<path d="${ribbon(x0, y0, x1, y1, width)}" fill="${colourOf(i)}" fill-opacity="${i === j ? 0.16 : 0.6}"/>`;
    });
}

function ribbon(x0: number, y0: number, x1: number, y1: number, width: number): string {
  const middleX = ((x0 + x1) / 2).toFixed(1);
  const n = (value: number) => value.toFixed(2);
  const over = `M${n(x0)},${n(y0)}C${middleX},${n(y0)} ${middleX},${n(y1)} ${n(x1)},${n(y1)}`;
  return `${over}L${n(x1)},${n(y1 + width)}C${middleX},${n(y1 + width)} ${middleX},${n(y0 + width)} ${n(x0)},${n(y0 + width)}Z`;
}
