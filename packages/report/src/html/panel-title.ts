import { html, type Markup } from './markup.js';

/** Which configuration a panel shows; undefined where there is one only. */
export function panelTitle(label: string, several: boolean): Markup | undefined {
  return several ? html`<p class="panel-title">${label}</p>` : undefined;
}
