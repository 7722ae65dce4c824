import { html, type Markup } from '../html/markup.js';
import { counted } from '../html/numbers.js';
import type { Grid } from '../measure/pixel-counts.js';
import { BLUE, RAMP_STEPS, ramp, rampStep } from './ramp.js';
import { type Colour, rasterPicture } from './raster.js';
import type { PictureText } from './svg.js';

/** Cells across or down at most: larger pictures are shown by every so many cells' mean. */
const MOST_CELLS = 256;
/** Cells below 0 are not part of the picture. */
const SEAM_COLOUR: Colour = [128, 128, 128, 90];

/** A grid as a picture, from nothing to blue. @param most - the number that full blue stands for */
export function gridPicture(text: PictureText, grid: Grid, most: number): Markup {
  const { width, height, values } = shrink(grid);
  const cells = Uint8Array.from(values, (value) => (value < 0 ? RAMP_STEPS : rampStep(value / most)));
  const tall = Math.round((400 * height) / width);
  return rasterPicture(
    text,
    { width, height, cells, palette: [...ramp(BLUE), SEAM_COLOUR] },
    Math.min(520, Math.max(24, tall)),
  );
}

/** The bar that tells which number a colour stands for. @param most - what full blue stands for */
export function rampLegend(most: number, noun: string): Markup {
  const values = Float64Array.from({ length: RAMP_STEPS }, (_, i) => (i / (RAMP_STEPS - 1)) * most);
  const bar = gridPicture(
    { title: 'Scale', description: `From nothing for 0 to full colour for ${counted(most, noun)}.` },
    { width: RAMP_STEPS, height: 1, values },
    most,
  );
  return html`<p class="ramp"><span>0</span>${bar}<span>${counted(most, noun)}</span></p>`;
}

function shrink(grid: Grid): Grid {
  const block = Math.ceil(Math.max(grid.width, grid.height) / MOST_CELLS);
  if (block === 1) return grid;
  const width = Math.ceil(grid.width / block);
  const height = Math.ceil(grid.height / block);
  const values = new Float64Array(width * height);
  const areas = new Float64Array(width * height);
  for (const [i, value] of grid.values.entries()) {
    const cell =
      Math.floor(Math.floor(i / grid.width) / block) * width + Math.floor((i % grid.width) / block);
    values[cell]! += value;
    areas[cell]! += 1;
  }
  return { width, height, values: values.map((value, i) => value / areas[i]!) };
}
