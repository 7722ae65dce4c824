import { html, type Markup } from './markup.js';
import { type Table, table } from './table.js';

/** A figure of the report. */
export interface Figure {
  readonly title: string;
  /** One sentence or more on how to read it. */
  readonly caption: string;
  readonly picture: Markup;
  /** The data behind the picture. */
  readonly tables: readonly Table[];
  /** Takes the whole width of the page. */
  readonly wide?: boolean;
}

/** A figure with its caption, and its data in tables behind it. */
export function figure({ title, caption, picture, tables, wide = false }: Figure): Markup {
  return html`<figure class="${wide ? 'wide' : 'single'}">
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
<div>${picture}</div>
<details class="data"><summary>Data<span class="hidden"> of: ${title}</span></summary>
${tables.map(table)}
</details>
</figure>`;
}
