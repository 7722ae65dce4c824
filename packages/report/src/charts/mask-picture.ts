import type { Markup } from '../html/markup.js';
import type { MaskCells } from '../measure/mask-cells.js';
import { BLUE, ORANGE, RAMP_STEPS, ramp, rampStep } from './ramp.js';
import { type Colour, rasterPicture } from './raster.js';
import type { PictureText } from './svg.js';

/** Mixtures of blue and orange, both ends among them. */
const MIXTURES = 5;

const PALETTE: readonly Colour[] = Array.from({ length: MIXTURES }, (_, i) => {
  const share = i / (MIXTURES - 1);
  const [red, green, blue] = BLUE.map((value, c) => Math.round(value + (ORANGE[c]! - value) * share));
  return ramp([red!, green!, blue!]);
}).flat();

/**
 * A layer's mask: the denser a cell, the stronger; blue what was there at the start, orange what has grown since.
 * @param most - active connections of a cell that full colour stands for
 */
export function maskPicture(text: PictureText, mask: MaskCells, most: number): Markup {
  const cells = mask.original.map((kept, i) => {
    const grown = mask.grown[i]!;
    const mixture = kept + grown === 0 ? 0 : Math.round((grown / (kept + grown)) * (MIXTURES - 1));
    // The square root brings out the cells of few connections, which sparse layers are made of.
    return mixture * RAMP_STEPS + rampStep(Math.sqrt((kept + grown) / most));
  });
  const tall = Math.round((400 * mask.height) / mask.width);
  return rasterPicture(
    text,
    { width: mask.width, height: mask.height, cells: Uint8Array.from(cells), palette: PALETTE },
    Math.min(240, Math.max(40, tall)),
  );
}
