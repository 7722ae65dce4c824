import { VERSION } from '../version.js';
import { html, Markup } from './markup.js';
import { STYLES } from './styles.js';

/** How every report begins, by which one is recognised. */
const BEGINNING = '<!doctype html>\n<html lang="en" data-report="espalier">';

/** Whether a text is a report of ours. */
export function isReport(text: string): boolean {
  return text.startsWith(BEGINNING);
}

/** The whole page: no script, nothing that is fetched. */
export function page(title: string, body: Markup): string {
  const head = html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Espalier ${VERSION}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(STYLES)}</style>
</head>`;
  return `${BEGINNING}\n${head}\n<body>\n${body}\n</body>\n</html>\n`;
}
