// Trains what the pages of the methods show. Writes the accuracies of all seeds to benchmarks/results/methods.json, and of
// the first seed the densities of the layers over time and the connections of every pixel to docs/images/METHOD.svg. With
// names of methods only these are trained, and the others stay as they were measured.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTopology } from '@espalier/runs';
import { build } from './build.mjs';
import { measuredRun } from './measured-run.mjs';
import { methodFigure } from './method-figure.mjs';

const METHODS = [
  'static',
  'set',
  'rigl',
  'ggr',
  'rigl-itop',
  'set-itop',
  'dst-ee',
  'mest',
  'mest-em-s',
  'dsr',
  'snfs',
  'granet',
  'gmp',
];
/** Drawn from one seed; how accurate they are stands in the comparison of all methods. */
const DRAWN_ONLY = ['srigl', 'gse', 'deepr', 'cht', 'top-kast', 'snip'];
/** Those that share a page with another are not drawn. */
const NOT_DRAWN = ['static', 'set-itop', 'mest-em-s'];
const SEEDS = [0, 1, 2, 3, 4];
const FLAGS = ['--sparsity', '0.98', '--epochs', '20'];
const root = fileURLToPath(new URL('..', import.meta.url));

build();
mkdirSync(`${root}runs/docs`, { recursive: true });
mkdirSync(`${root}docs/images`, { recursive: true });
const chosen = process.argv.slice(2);
const results = `${root}benchmarks/results/methods.json`;
const before = chosen.length > 0 ? JSON.parse(readFileSync(results, 'utf8')).methods : {};
const methods = {};
for (const method of METHODS) {
  if (chosen.length > 0 && !chosen.includes(method)) {
    methods[method] = before[method];
    continue;
  }
  const summaries = [];
  for (const seed of SEEDS) {
    summaries.push(
      await measuredRun(`${method}-${seed}`, ['--method', method, ...FLAGS, '--seed', `${seed}`]),
    );
  }
  const { layers, topologyUpdates, engine } = summaries[0];
  methods[method] = {
    engine: engine.name,
    accuracies: summaries.map(({ metrics }) => metrics.test.accuracy),
    topologyUpdates,
    layers: layers.map(({ name, size, nonZerosStart, nonZerosEnd }) => ({
      name,
      size,
      nonZerosStart,
      nonZerosEnd,
    })),
  };
  if (!NOT_DRAWN.includes(method)) draw(method, summaries[0]);
}
for (const method of DRAWN_ONLY) {
  if (chosen.length > 0 && !chosen.includes(method)) continue;
  draw(method, await measuredRun(`${method}-0`, ['--method', method, ...FLAGS, '--seed', '0']));
}
const measured = {
  command: `espalier train --method METHOD ${FLAGS.join(' ')} --seed SEED`,
  seeds: SEEDS,
  methods,
};
writeFileSync(results, `${JSON.stringify(measured, null, 2)}\n`);

function draw(method, { out, steps }) {
  const log = readTopology(`${out}/topology.bin`);
  writeFileSync(`${root}docs/images/${method}.svg`, methodFigure(log, { steps }));
}
