import { encode } from 'fast-png';
import { html, type Markup } from '../html/markup.js';
import { type PictureText, svg } from './svg.js';

/** Red, green, blue and opacity, each from 0 to 255. */
export type Colour = [red: number, green: number, blue: number, alpha: number];

/** An image of cells, each a colour of a palette. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** Row by row, indices into `palette`. */
  readonly cells: Uint8Array;
  /** At most 256. */
  readonly palette: readonly Colour[];
}

/** The image as a PNG inside its address: pictures of many cells take few bytes. */
function rasterAddress({ width, height, cells, palette }: Raster): string {
  const png = encode(
    { width, height, data: cells, channels: 1, depth: 8, palette: [...palette] },
    { zlib: { level: 9 } },
  );
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** A raster as a framed picture. @param height - in the picture's own units, of which it is 400 wide */
export function rasterPicture(text: PictureText, raster: Raster, height: number): Markup {
  const width = 400;
  return svg(
    text,
    width,
    height,
    html`<image width="${width}" height="${height}" preserveAspectRatio="none" href="${rasterAddress(raster)}"/><rect class="frame" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}"/>`,
    'raster',
  );
}
