import { gridPicture, rampLegend } from '../charts/grid-picture.js';
import type { ReportContext } from '../context.js';
import { figure } from '../html/figure.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { counted, decimal, integer, listed, percent } from '../html/numbers.js';
import { panelTitle } from '../html/panel-title.js';
import { type FirstLayerView, firstLayerViews, MOST_KERNELS } from '../measure/first-layer.js';
import type { Grid } from '../measure/pixel-counts.js';

/** The first layer's connections as a picture over the input, or a convolution's kernels. */
export function firstLayerFigure({ groups }: ReportContext): Markup {
  const { name, shape } = groups[0]!.runs[0]!.layers[0]!;
  const views = groups.map((group) => ({ group, views: firstLayerViews(group) }));
  const shown = views.flatMap((entry) =>
    entry.views === undefined ? [] : [{ ...entry, views: entry.views }],
  );
  const dense = views.filter((entry) => entry.views === undefined).map(({ group }) => group.label);
  if (shown.length === 0)
    return note(`The first layer, ${name}, is dense: every input has all its connections.`);
  const convolution = shape.length === 4;
  const most = Math.max(...shown.flatMap((entry) => entry.views.map(({ grid }) => Math.max(...grid.values))));
  const several = groups.length > 1;
  const columns = Math.max(...shown.map((entry) => entry.views.length));
  const caption = [
    convolution ? kernelCaption(name, shape) : inputCaption(name, shown[0]!.views[0]!.grid),
    shown.some(({ group }) => group.runs.length > 1) ? 'Means over the runs of a configuration.' : '',
    dense.length > 0 ? `Not drawn: ${listed(dense)}, where this layer is dense.` : '',
  ];
  return figure({
    title: convolution ? 'The first layer’s kernels' : 'What the network looks at',
    caption: caption.filter((text) => text !== '').join(' '),
    wide: true,
    picture: html`<div class="panels large">${shown.map(
      ({ group, views: own }) =>
        html`<div class="panel">${panelTitle(group.label, several)}<div class="moments" style="--columns: ${columns}">${own.map((view) => drawView(group.label, view, most))}</div></div>`,
    )}</div>${rampLegend(most, convolution ? 'weight' : 'connection')}`,
    tables: [
      {
        caption: 'The first layer at each moment',
        head: convolution
          ? ['configuration', 'moment', 'active weights shown', 'points without weight']
          : [
              'configuration',
              'moment',
              'connections',
              'inputs without',
              'mean',
              'most',
              'from the central quarter',
            ],
        rows: shown.flatMap(({ group, views: own }) =>
          own.map(({ moment, grid }) => [
            group.label,
            moment,
            ...(convolution ? kernelFacts(grid) : inputFacts(grid)),
          ]),
        ),
      },
    ],
  });
}

function drawView(label: string, { moment, grid }: FirstLayerView, most: number): Markup {
  const facts = inputFacts(grid);
  const text = {
    title: `First layer of ${label}, ${moment}`,
    description: `${facts[0]} active weights; at most ${facts[3]} at one place.`,
  };
  return html`<div class="moment">${gridPicture(text, grid, most)}<p>${moment}</p></div>`;
}

function inputCaption(name: string, { width, height }: Grid): string {
  const what = height > 1 ? `pixel of the ${width} × ${height} input` : `of the ${counted(width, 'input')}`;
  return `How many active connections of ${name} leave each ${what}: the stronger, the more.`;
}

function kernelCaption(name: string, shape: readonly number[]): string {
  const [height, width, inputs, units] = shape as [number, number, number, number];
  const which =
    units > MOST_KERNELS
      ? `the first ${MOST_KERNELS} of ${counted(units, 'kernel')}`
      : counted(units, 'kernel');
  const what = inputs === 1 ? 'Which weights are active' : `How many of ${inputs} weights are active`;
  return `${what} at each point of ${which} of ${name}, ${height} × ${width} points each.`;
}

function inputFacts({ width, height, values }: Grid): string[] {
  const present = values.filter((value) => value >= 0);
  const all = present.reduce((sum, value) => sum + value, 0);
  return [
    integer(all),
    `${present.filter((value) => value === 0).length} of ${present.length}`,
    decimal(all / present.length),
    decimal(Math.max(...present)),
    width >= 4 && height >= 4 && all > 0 ? percent(central({ width, height, values }) / all) : '',
  ];
}

function kernelFacts(grid: Grid): string[] {
  return inputFacts(grid).slice(0, 2);
}

/** What lies in the middle half of the width and of the height, a quarter of the area. */
function central({ width, height, values }: Grid): number {
  const inside = (at: number, length: number) => at >= length / 4 && at < (3 * length) / 4;
  return values.reduce(
    (sum, value, i) =>
      inside(i % width, width) && inside(Math.floor(i / width), height) ? sum + value : sum,
    0,
  );
}
