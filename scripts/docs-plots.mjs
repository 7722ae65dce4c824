// Draws step time against density from benchmarks/results/peers.json: docs/images/step-time.svg.
import { readFileSync, writeFileSync } from 'node:fs';

const OWN = { 'wasm, 1 thread': '#2563a8', 'wasm, 2 threads': '#3c8031' };
const DENSE = '#c2571a';
const WIDTH = 300;
const HEIGHT = 190;
const TOP = 40;
const { results } = JSON.parse(
  readFileSync(new URL('../benchmarks/results/peers.json', import.meta.url), 'utf8'),
);
const svg = [
  '<svg xmlns="http://www.w3.org/2000/svg" width="780" height="310" viewBox="0 0 780 310" font-family="sans-serif" font-size="12" fill="#333">',
  '<rect width="780" height="310" rx="6" fill="#fff"/>',
  ...results.map((result, i) => panel(result, 66 + i * (WIDTH + 88))),
  legend(),
  '</svg>\n',
].join('\n');
writeFileSync(new URL('../docs/images/step-time.svg', import.meta.url), svg);

/** Both axes are logarithmic: time proportional to the non-zeros is a line of slope 1. */
function panel({ network, rows }, left) {
  const own = rows.filter(({ name }) => Object.hasOwn(OWN, name));
  const dense = rows.filter(({ name }) => name.startsWith('pytorch dense'));
  const densities = [...new Set(own.map(({ density }) => density))];
  const times = [...own, ...dense].map(({ medianMilliseconds }) => medianMilliseconds);
  const x = axis(Math.min(...densities), Math.max(...densities), left, WIDTH);
  const [low, high] = [
    10 ** Math.floor(Math.log10(Math.min(...times))),
    10 ** Math.ceil(Math.log10(Math.max(...times))),
  ];
  const y = axis(low, high, TOP + HEIGHT, -HEIGHT);
  const decades = Array.from({ length: Math.log10(high / low) + 1 }, (_, i) => low * 10 ** i);
  const best = Math.min(...dense.map(({ medianMilliseconds }) => medianMilliseconds));
  return [
    `<text x="${left}" y="24" font-weight="bold">${network}</text>`,
    ...decades.map(
      (t) =>
        `<path d="M${left} ${y(t)}h${WIDTH}" stroke="#ddd"/><text x="${left - 6}" y="${Number(y(t)) + 4}" text-anchor="end">${t} ms</text>`,
    ),
    ...densities.map(
      (d) =>
        `<text x="${x(d)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${Math.round(100 * d)} %</text>`,
    ),
    dense.length === 0
      ? ''
      : `<path d="M${left} ${y(best)}h${WIDTH}" stroke="${DENSE}" stroke-width="2" stroke-dasharray="6 4"/>`,
    ...Object.entries(OWN).map(([name, colour]) => {
      const points = own.filter((row) => row.name === name);
      const path = points.map(({ density, medianMilliseconds: t }) => `${x(density)} ${y(t)}`).join('L');
      return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    }),
  ].join('\n');
}

function axis(low, high, from, length) {
  return (value) => (from + (length * Math.log(value / low)) / Math.log(high / low)).toFixed(1);
}

function legend() {
  const entries = [
    ...Object.entries(OWN).map(([name, colour]) => [`sparse (${name})`, colour]),
    ['PyTorch, dense, better of 1 and 2 threads', DENSE],
  ];
  return [
    `<text x="66" y="272">density</text>`,
    ...entries.map(
      ([name, colour], i) => `<text x="${66 + 190 * i}" y="294" fill="${colour}">${name}</text>`,
    ),
  ].join('\n');
}
