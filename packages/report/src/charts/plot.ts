import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { html, Markup } from '../html/markup.js';
import type { PictureText } from './svg.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** The column that charts are drawn for: narrow, so that their text stays readable on a phone. */
const CHART_WIDTH = 400;

/** Draws an Observable Plot to an SVG that takes fonts and colours from the page. */
export function drawPlot({ title, description }: PictureText, options: Plot.PlotOptions): Markup {
  const chart = Plot.plot({
    width: CHART_WIDTH,
    ...options,
    className: 'chart',
    document,
  });
  for (const style of [...chart.querySelectorAll('style')]) style.remove();
  const { text } = html`<title>${title}</title><desc>${description}</desc>`;
  const drawn = String(chart);
  const open = drawn.indexOf('>');
  return new Markup(`${drawn.slice(0, open)} role="img">${text}${drawn.slice(open + 1)}`);
}
