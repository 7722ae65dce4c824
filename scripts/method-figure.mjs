const COLOURS = ['#2563a8', '#c2571a', '#3c8031'];
const SIDE = 28;
const CELL = 6;

/** Draws a run as SVG: densities of the layers over the steps, and the first layer's connections per pixel, before and after. */
export function methodFigure(log, { steps }) {
  const topologies = [...log.topologies()];
  const times = [0, ...[...log].map(({ step }) => step + 1), steps];
  const densities = log.layers.map(({ size }, i) => {
    const values = topologies.map((active) => active[i].length / size);
    return [...values, values.at(-1)];
  });
  const first = connectionsPerPixel(log.layers[0], topologies[0][0]);
  const last = connectionsPerPixel(log.layers[0], topologies.at(-1)[0]);
  const most = Math.max(...first, ...last);
  const map = SIDE * CELL;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="236" viewBox="0 0 760 236" font-family="sans-serif" font-size="12" fill="#333">`,
    '<rect width="760" height="236" rx="6" fill="#fff"/>',
    lines({ times, densities, names: log.layers.map(({ name }) => name.split('/')[0]), steps }),
    pixels(first, most, 380, 40, 'first layer at the start'),
    pixels(last, most, 380 + map + 16, 40, 'after the last update'),
    scale(most, 380, 40 + map + 8),
    '</svg>\n',
  ].join('\n');
}

function connectionsPerPixel({ shape }, active) {
  const counts = new Uint32Array(shape[0]);
  for (const position of active) counts[Math.floor(position / shape[1])]++;
  return counts;
}

/** Densities on a logarithmic axis: layers of one network differ by factors. */
function lines({ times, densities, names, steps }) {
  const [left, top, width, height] = [52, 40, 226, 152];
  const low = 10 ** Math.floor(Math.log10(Math.min(...densities.flat())));
  const decades = Math.max(1, -Math.round(Math.log10(low)));
  const x = (step) => (left + (width * step) / steps).toFixed(1);
  const y = (density) => (top + (height * -Math.log10(density)) / decades).toFixed(1);
  const ticks = Array.from({ length: decades + 1 }, (_, i) => 10 ** -i);
  return [
    `<text x="${left}" y="24" font-weight="bold">density of each layer</text>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${left} ${y(tick)}h${width}" stroke="#ddd"/><text x="${left - 6}" y="${Number(y(tick)) + 4}" text-anchor="end">${Number((tick * 100).toPrecision(1))} %</text>`,
    ),
    `<text x="${left}" y="${top + height + 18}">0</text>`,
    `<text x="${left + width}" y="${top + height + 18}" text-anchor="end">${steps} steps</text>`,
    ...densities.map((values, i) => {
      const path = values.map((d, k) => (k === 0 ? `M${x(0)} ${y(d)}` : `H${x(times[k])}V${y(d)}`)).join('');
      return `<path d="${path}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>`;
    }),
    ...apart(densities.map((values) => Number(y(values.at(-1))))).map(
      (at, i) => `<text x="${left + width + 6}" y="${at + 4}" fill="${COLOURS[i]}">${names[i]}</text>`,
    ),
  ].join('\n');
}

/** Labels that would overlap move down. */
function apart(heights) {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [];
  let free = 0;
  for (const i of order) {
    placed[i] = Math.max(heights[i], free);
    free = placed[i] + 14;
  }
  return placed;
}

function pixels(counts, most, left, top, title) {
  const cells = new Map();
  for (const [i, n] of counts.entries()) {
    if (n === 0) continue;
    const cell = `M${left + (i % SIDE) * CELL} ${top + Math.floor(i / SIDE) * CELL}h${CELL}v${CELL}h-${CELL}z`;
    cells.set(n, (cells.get(n) ?? '') + cell);
  }
  const size = SIDE * CELL;
  return [
    `<text x="${left}" y="24" font-weight="bold">${title}</text>`,
    `<rect x="${left}" y="${top}" width="${size}" height="${size}" fill="${shade(0)}"/>`,
    ...[...cells].map(([n, d]) => `<path d="${d}" fill="${shade(n / most)}"/>`),
  ].join('\n');
}

function scale(most, left, top) {
  const steps = Array.from({ length: 24 }, (_, i) => i);
  return [
    ...steps.map(
      (i) => `<rect x="${left + i * CELL}" y="${top}" width="${CELL}" height="8" fill="${shade(i / 23)}"/>`,
    ),
    `<text x="${left + 24 * CELL + 6}" y="${top + 9}">0 to ${most} connections of a pixel</text>`,
  ].join('\n');
}

/** From nearly white to dark blue, the root of the share so that few connections can be seen. */
function shade(share) {
  const t = Math.sqrt(share);
  const mix = (from, to) => Math.round(from + (to - from) * t);
  return `rgb(${mix(240, 16)},${mix(244, 42)},${mix(248, 92)})`;
}
