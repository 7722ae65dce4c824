import { html, type Markup } from '../html/markup.js';
import { colourOf, dashesOf, partColourOf } from './palette.js';

/** Which line is whose. */
export function lineLegend(entries: readonly { readonly index: number; readonly label: string }[]): Markup {
  return html`<ul class="legend">${entries.map(
    ({ index, label }) =>
      html`<li><svg aria-hidden="true" width="34" height="10" viewBox="0 0 34 10"><line x1="1" y1="5" x2="33" y2="5" stroke="${colourOf(index)}" stroke-width="2.4" stroke-dasharray="${dashesOf(index)}"/></svg>${label}</li>`,
  )}</ul>`;
}

/** Which part of a bar is what. */
export function partLegend(labels: readonly string[]): Markup {
  return html`<ul class="legend">${labels.map(
    (label, index) =>
      html`<li><svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12"><rect width="12" height="12" fill="${partColourOf(index)}"/></svg>${label}</li>`,
  )}</ul>`;
}
