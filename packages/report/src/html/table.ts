import { type Content, html, type Markup } from './markup.js';

/** A table: the first column names its rows. */
export interface Table {
  /** What the table holds, for those who can't see what it belongs to. */
  readonly caption: string;
  readonly head: readonly Content[];
  readonly rows: readonly (readonly Content[])[];
  /** Whether the cells are text rather than numbers. */
  readonly text?: boolean;
}

/** A table that scrolls by itself where it is wider than the page; by keyboard too. */
export function table({ caption, head, rows, text = false }: Table): Markup {
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${text ? 'text' : 'numbers'}">
<caption>${caption}</caption>
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(row)}</tbody>
</table></div>`;
}

function row([name, ...cells]: readonly Content[]): Markup {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`;
}
