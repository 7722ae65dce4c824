import { html, type Markup } from './markup.js';

/** A sentence where a figure would have nothing to show. */
export function note(text: string): Markup {
  return html`<p class="note">${text}</p>`;
}
