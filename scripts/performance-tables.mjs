import { readFileSync } from 'node:fs';

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../benchmarks/results/${name}.json`, import.meta.url), 'utf8'));

/** The tables of the page on performance, each from the JSON that its measuring program wrote. */
export const PERFORMANCE_TABLES = {
  machine,
  peers,
  pytorch,
  convolution,
  tfjs,
  updateShare,
  memory,
  wide,
  gseWide,
};

/** Where and how something was measured. */
function machine(name) {
  const { command, machine: at, date, loadAverage, pytorch: version } = read(name);
  const loads = [loadAverage ?? []].flat();
  const busy =
    loads.length === 0 ? '' : `; load average ${loads.map((load) => load.toFixed(1)).join(' to ')}`;
  const peer = version === undefined ? '' : `; PyTorch ${version}`;
  return `\`${command}\`, ${date}: ${at.cpu}, ${at.cores} cores, ${at.memoryGiB} GiB, ${at.platform}, Node.js ${at.node}${peer}${busy}.`;
}

/** The sparse engine beside PyTorch on one network. */
function peers(network) {
  const { rows } = resultOf(read('peers'), network);
  const own = rows.filter(({ name }) => name.startsWith('wasm'));
  const densities = [...new Set(own.map(({ density }) => density))];
  return grid(
    [
      'sparsity',
      'non-zeros',
      '1 thread',
      '2 threads',
      '2 threads, relaxed',
      'GF/s',
      'dense takes',
      'masked takes',
    ],
    densities.map((density) => {
      const at = (name) => own.find((row) => row.name === name && row.density === density);
      const two = at('wasm, 2 threads');
      return [
        share(1 - density),
        two.nonZeros.toLocaleString('en-US'),
        both(at('wasm, 1 thread')),
        both(two),
        both(at('wasm-relaxed, 2 threads')),
        gigaflops(two),
        slower(rows, 'pytorch dense', two),
        slower(rows, 'pytorch masked', two),
      ];
    }),
  );
}

/**
 * Steps of a network that is all but one convolution, and what they take more than without it; how many times as long
 * PyTorch's best setting takes.
 */
function convolution() {
  const { results } = read('convolution');
  const peers = results.filter(({ name }) => name.startsWith('pytorch'));
  const own = results.filter(({ name }) => name.startsWith('wasm'));
  const densities = [...new Set(own.map(({ density }) => density))];
  const alone = (row) => ({
    medianMilliseconds: row.medianMilliseconds - row.medianWithout,
    bestMilliseconds: row.bestMilliseconds - row.bestWithout,
  });
  const takes = (row, of = (same) => same) => {
    const ratio = (key) => Math.min(...peers.map((peer) => of(peer)[key])) / of(row)[key];
    return `${ratio('medianMilliseconds').toFixed(1)}x (${ratio('bestMilliseconds').toFixed(1)}x)`;
  };
  const rows = densities.map((density) => {
    const at = (name) => own.find((row) => row.name === name && row.density === density);
    const two = at('wasm, 2 threads');
    return [
      share(1 - density),
      both(at('wasm, 1 thread')),
      both(two),
      both(at('wasm-relaxed, 2 threads')),
      takes(two),
      both(alone(two)),
      takes(two, alone),
    ];
  });
  const dense = peers.map((row) => {
    const single = /1 thread/.test(row.name);
    return [row.name, single ? both(row) : '', single ? '' : both(row), '', '', both(alone(row)), ''];
  });
  return grid(
    [
      'sparsity',
      '1 thread',
      '2 threads',
      '2 threads, relaxed',
      'PyTorch takes',
      'the convolution alone',
      'PyTorch takes',
    ],
    [...rows, ...dense],
  );
}

/** PyTorch's own times, in all thread settings. */
function pytorch() {
  const { results } = read('peers');
  const names = results[0].rows.map(({ name }) => name).filter((name) => name.startsWith('pytorch'));
  return grid(
    ['PyTorch', ...results.map(({ network }) => network)],
    names.map((name) => [
      name.replace('pytorch ', ''),
      ...results.map(({ rows }) => both(rows.find((row) => row.name === name))),
    ]),
  );
}

/** The sparse engine beside the masked one on TensorFlow.js. */
function tfjs(network) {
  const results = read('engines').results.filter((result) => result.network === network);
  return grid(
    ['sparsity', 'tfjs (wasm)', 'sparse, 1 thread', 'sparse, 2 threads', 'tfjs takes'],
    results.map(({ density, medianMilliseconds: of, timesFasterThanTfjs }) => [
      share(1 - density),
      digits(of.tfjs),
      digits(of['sparse, 1 thread']),
      digits(of['sparse, 2 threads']),
      times(timesFasterThanTfjs),
    ]),
  );
}

function updateShare() {
  return grid(
    [
      'method',
      'sparsity',
      'step',
      'step before an update',
      'first update',
      'update',
      'of it search',
      'GF/s',
      'passed over',
      'share of training',
    ],
    read('update-share').results.map((row) => [
      row.method,
      share(1 - row.density),
      digits(row.stepMilliseconds),
      digits(row.updateStepMilliseconds),
      digits(row.firstUpdateMilliseconds),
      digits(row.updateMilliseconds),
      digits(row.selectionMilliseconds),
      digits(row.selectionGigaflops),
      `${(100 * row.shareOfBlocksPassedOver).toFixed(0)} %`,
      `${(100 * row.shareOfTraining).toFixed(1)} %`,
    ]),
  );
}

function memory(variation) {
  const { nothing, byDensity, byWidth } = read('memory');
  const rows = variation === 'width' ? byWidth : byDensity;
  return grid(
    ['network', 'non-zeros', 'MB at most'],
    [...(variation === 'width' ? [] : [{ ...nothing, network: 'none: the process itself' }]), ...rows].map(
      ({ network, nonZeros, megabytes }) => [network, nonZeros.toLocaleString('en-US'), megabytes.toFixed(0)],
    ),
  );
}

function wide() {
  const result = read('wide');
  return grid(
    [
      'network',
      'non-zeros',
      'seconds to start',
      'per step',
      'per update',
      'GB at most: started',
      'stepped',
      'updated',
      'loss, first 5 steps',
      'last 5',
    ],
    [
      [
        result.network,
        result.nonZeros.toLocaleString('en-US'),
        digits(result.secondsToStart),
        digits(result.secondsPerStep),
        result.secondsPerUpdate.map(digits).join(', '),
        ...Object.values(result.peakGigabytes).map((gigabytes) => gigabytes.toFixed(2)),
        mean(result.losses.slice(0, 5)).toFixed(2),
        mean(result.losses.slice(-5)).toFixed(2),
      ],
    ],
  );
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What updates by guided stochastic exploration cost, as weights and as layers grow. */
function gseWide() {
  const { byWeights, byWidth } = read('gse-wide');
  return grid(
    ['network', 'positions', 'non-zeros', 'grown', 'per step', 'per update', 'µs per weight', 'GB at most'],
    [...byWidth, ...byWeights].map((row) => [
      row.network,
      row.positions.toExponential(1),
      row.nonZeros.toLocaleString('en-US'),
      row.grownPerUpdate.toLocaleString('en-US'),
      digits(row.secondsPerStep),
      digits(row.secondsPerUpdate),
      digits(row.microsecondsPerWeight),
      row.peakGigabytes.toFixed(2),
    ]),
  );
}

function resultOf({ results }, name) {
  return results.find(({ network }) => network === name);
}

/** How many times as long a variant of PyTorch takes, by medians and by bests, in its better thread setting of each. */
function slower(rows, variant, own) {
  const ratio = (figure) => {
    const settings = rows.filter(({ name }) => name.startsWith(variant));
    return times(Math.min(...settings.map((row) => row[figure])) / own[figure]);
  };
  return `${ratio('medianMilliseconds')} (${ratio('bestMilliseconds')})`;
}

/** A table; its first column is text, the others numbers unless said otherwise. */
export function grid(titles, rows, { text = false } = {}) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rule = titles.map((_, i) => (text || i === 0 ? '---' : '---:'));
  return [line(titles), line(rule), ...rows.map(line)].join('\n');
}

/** `20.1 (44.2)`: by the median, and by the best step. */
function gigaflops({ effectiveGigaflops: usual, medianMilliseconds, bestMilliseconds }) {
  return `${usual.toFixed(1)} (${((usual * medianMilliseconds) / bestMilliseconds).toFixed(1)})`;
}

/** Median and, in brackets, the best. */
function both({ medianMilliseconds, bestMilliseconds }) {
  return `${digits(medianMilliseconds)} (${digits(bestMilliseconds)})`;
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function times(ratio) {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)}x`;
}

/** `98 %` */
export function share(value) {
  return `${Number((100 * value).toPrecision(3))} %`;
}
