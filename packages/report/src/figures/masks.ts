import { maskPicture } from '../charts/mask-picture.js';
import { isDense, type ReportContext, type ShownGroup } from '../context.js';
import { figure } from '../html/figure.js';
import { layerName } from '../html/layer-name.js';
import { html, type Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { integer, listed } from '../html/numbers.js';
import { panelTitle } from '../html/panel-title.js';
import { type MaskCells, maskCells } from '../measure/mask-cells.js';
import type { Topologies } from '../measure/topologies.js';

/** Layers drawn at most, those with the most weights. */
const MOST_LAYERS = 8;

interface ShownMask {
  readonly label: string;
  readonly moment: string;
  readonly mask: MaskCells;
}

interface ShownLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly masks: readonly ShownMask[];
}

/** The masks of every layer at the first and the last moment. */
export function masksFigure({ groups }: ReportContext): Markup {
  const sparse = groups.filter((group) => !isDense(group));
  if (sparse.length === 0) return note('There are no masks to show: every weight is active.');
  const { layers } = groups[0]!.runs[0]!;
  const drawn = layers
    .map(({ name, shape }) => ({ name, shape, masks: sparse.flatMap((group) => masksOf(group, name)) }))
    .filter(({ masks }) => masks.length > 0);
  const shown = [...drawn].sort((a, b) => activeIn(b.masks) - activeIn(a.masks)).slice(0, MOST_LAYERS);
  const several = sparse.filter(({ runs }) => runs.length > 1);
  const caption = [
    'Inputs from left to right, units from top to bottom; each cell stands for neighbouring positions, the stronger the more of them are active. Blue: connections of the start; orange: grown since.',
    several.length > 0 ? `Of several runs the first is shown: ${listed(several.map(firstSeed))}.` : '',
    shown.length < drawn.length ? `Shown are the ${shown.length} largest of ${drawn.length} layers.` : '',
  ];
  return figure({
    title: 'The mask of each layer, start and end',
    caption: caption.filter((text) => text !== '').join(' '),
    wide: true,
    picture: html`${drawn.filter((layer) => shown.includes(layer)).map((layer) => drawLayer(layer, groups.length > 1))}`,
    tables: [
      {
        caption: 'Connections of every mask',
        head: ['layer', 'configuration', 'moment', 'of the start', 'grown since'],
        rows: drawn.flatMap(({ name, masks }) =>
          masks.map(({ label, moment, mask }) => [
            name,
            label,
            moment,
            integer(sum(mask.original)),
            integer(sum(mask.grown)),
          ]),
        ),
      },
    ],
  });
}

/** Of the group's first run; empty where the layer is dense throughout. */
function masksOf({ label, runs, moments, topologies }: ShownGroup, name: string): ShownMask[] {
  const { topology, history } = runs[0]!;
  const index = topology.layers.findIndex((layer) => layer.name === name);
  if (index < 0) return [];
  const { shape, size } = topology.layers[index]!;
  if (history.nonZeros.every((counts) => counts[index] === size)) return [];
  const [active] = topologies as [Topologies];
  const ends = moments.length > 1 ? [moments[0]!, moments.at(-1)!] : moments;
  return ends.map((moment) => ({
    label,
    moment: moment.label,
    mask: maskCells(active.get(moment.updates)![index]!, active.get(0)![index]!, shape),
  }));
}

function drawLayer({ name, shape, masks }: ShownLayer, several: boolean): Markup {
  const most = Math.max(
    ...masks.map(({ mask }) =>
      mask.original.reduce((top, kept, i) => Math.max(top, kept + mask.grown[i]!), 0),
    ),
  );
  const labels = [...new Set(masks.map(({ label }) => label))];
  return html`<h4>${layerName(name)} <span class="quiet">${shape.join(' × ')}</span></h4><div class="panels large">${labels.map(
    (label) =>
      html`<div class="panel">${panelTitle(label, several)}<div class="moments" style="--columns: 2">${masks
        .filter((mask) => mask.label === label)
        .map((shown) => drawMask(name, shown, most))}</div></div>`,
  )}</div>`;
}

function drawMask(layer: string, { label, moment, mask }: ShownMask, most: number): Markup {
  const text = {
    title: `Mask of ${layer}, ${label}, ${moment}`,
    description: `${integer(sum(mask.original))} connections of the start and ${integer(sum(mask.grown))} grown since.`,
  };
  return html`<div class="moment">${maskPicture(text, mask, most)}<p>${moment}</p></div>`;
}

function firstSeed({ label, runs }: ShownGroup): string {
  return `${label} with seed ${runs[0]!.summary.seed}`;
}

function activeIn(masks: readonly ShownMask[]): number {
  return masks.reduce((all, { mask }) => all + sum(mask.original) + sum(mask.grown), 0);
}

function sum(counts: Uint32Array): number {
  return counts.reduce((all, n) => all + n, 0);
}
