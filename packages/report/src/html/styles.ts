const LIGHT = `
  color-scheme: light;
  --page: #ffffff;
  --panel: #f6f7f9;
  --ink: #1a1d21;
  --quiet: #5a626d;
  --rule: #d5d9df;
  --series-1: #0067a8;
  --series-2: #c24a00;
  --series-3: #00805c;
  --series-4: #a3448f;
  --series-5: #856400;
  --series-6: #5b4fb3;
  --series-7: #00808c;
  --series-8: #5c5c5c;
  --part-1: #7c8ba1;
  --part-2: #c24a00;
  --part-3: #b08d2e;
  --part-4: #ccd2da;`;

const DARK = `
  color-scheme: dark;
  --page: #14171b;
  --panel: #1d2127;
  --ink: #e8eaed;
  --quiet: #a3abb6;
  --rule: #3a414b;
  --series-1: #58b0f0;
  --series-2: #ff9355;
  --series-3: #35cf9f;
  --series-4: #e898d4;
  --series-5: #e3bd45;
  --series-6: #a99ff5;
  --series-7: #4cd0dc;
  --series-8: #b5b5b5;
  --part-1: #7f8fa6;
  --part-2: #ff9355;
  --part-3: #d8b65a;
  --part-4: #4a525e;`;

/** The report's style sheet: light and dark, for screens of any width and for paper. */
export const STYLES = `
:root {${LIGHT}
}
@media (prefers-color-scheme: dark) { :root {${DARK}
} }
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 76rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .25rem; padding-top: .6rem; border-top: 1px solid var(--rule); font-size: 1.25rem; }
h3 { margin: 0; font-size: 1.05rem; }
h4 { margin: 1.2rem 0 .3rem; font-size: .95rem; }
p { margin: .4rem 0; max-width: 46rem; }
.lead { font-size: 1.1rem; }
.quiet { color: var(--quiet); font-weight: normal; }
.note, figcaption p, footer { color: var(--quiet); font-size: .9rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem; margin-top: 1rem; }
figure { margin: 0; min-width: 0; }
.single { max-width: 26rem; display: grid; grid-row: span 3; grid-template: subgrid / minmax(0, 1fr); row-gap: 0; }
.wide, .figures > .note { grid-column: 1 / -1; }
figcaption { margin-bottom: .5rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.chart { font-size: 13px; }
.picture { font: 13px system-ui, sans-serif; fill: currentColor; }
.chart text { white-space: pre; }
.flow text { fill: currentColor; }
.flow .count { font-size: 12px; paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
.flow .quiet { fill: var(--quiet); }
.raster image { image-rendering: pixelated; }
.raster .frame { fill: none; stroke: var(--rule); }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 1.75rem; }
.panel { min-width: 0; max-width: 26rem; }
.large { grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); }
.large > .panel { max-width: 40rem; }
.panel-title { margin: 0 0 .25rem; font-weight: 600; }
.moments { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: .6rem; }
.moment p { margin: .15rem 0 0; font-size: .8rem; color: var(--quiet); text-align: center; }
.ramp { display: flex; align-items: center; gap: .5rem; font-size: .85rem; color: var(--quiet); }
.ramp svg { width: 10rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .9rem; }
.legend li { overflow-wrap: anywhere; display: flex; align-items: center; gap: .4rem; min-width: 0; }
.legend svg { flex: none; width: auto; }
.scroll { position: relative; overflow-x: auto; margin: .6rem 0; }
.scroll:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding-bottom: .25rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
td { white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: normal; max-width: 20rem; }
.text td, .text th { text-align: left; }
.text td { white-space: normal; overflow-wrap: anywhere; }
.text td:last-child { min-width: 12rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--quiet); font-size: .9rem; }
summary:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
pre { margin: .4rem 0; padding: .6rem .8rem; overflow-x: auto; background: var(--panel); font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font-size: .9em; overflow-wrap: anywhere; }
.sources { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1.5rem; }
.sources > div { min-width: 0; }
footer { margin-top: 3rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  :root {${LIGHT}
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .data { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .figures { grid-template-columns: repeat(2, 1fr); }
  .panels { grid-template-columns: repeat(3, 1fr); }
  .large { grid-template-columns: repeat(2, 1fr); }
  figure, .panel, tr, pre { break-inside: avoid; }
  .wide { break-inside: auto; }
  h2, h3, h4, figcaption { break-after: avoid; }
  .sources { grid-template-columns: 1fr 1fr; }
  .sources pre { font-size: 7pt; line-height: 1.25; break-inside: auto; }
  .scroll { overflow: visible; }
  table { font-size: 8.5pt; }
  th, td { padding: .15rem .4rem; }
  * { print-color-adjust: exact; }
}
`;
