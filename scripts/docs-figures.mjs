// Trains what the pages of the methods show. Writes the accuracies of all seeds to benchmarks/results/methods.json, and of
// the first seed the densities of the layers over time and the connections of every pixel to docs/images/METHOD.svg.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTopology } from '@espalier/runs';
import { build } from './build.mjs';
import { methodFigure } from './method-figure.mjs';

const METHODS = ['static', 'set', 'rigl', 'ggr'];
const DRAWN = ['set', 'rigl', 'ggr'];
const SEEDS = [0, 1, 2, 3, 4];
const FLAGS = ['--sparsity', '0.98', '--epochs', '20'];
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = `${root}packages/espalier/dist/bin.js`;
const runs = `${root}runs/docs`;

build();
mkdirSync(runs, { recursive: true });
mkdirSync(`${root}docs/images`, { recursive: true });
const methods = {};
let engine;
for (const method of METHODS) {
  const summaries = [];
  for (const seed of SEEDS) summaries.push(await train(method, seed));
  const { layers, topologyUpdates } = summaries[0];
  engine = summaries[0].engine;
  methods[method] = {
    accuracies: summaries.map(({ metrics }) => metrics.test.accuracy),
    topologyUpdates,
    layers: layers.map(({ name, size, nonZerosStart, nonZerosEnd }) => ({
      name,
      size,
      nonZerosStart,
      nonZerosEnd,
    })),
  };
  if (!DRAWN.includes(method)) continue;
  const log = readTopology(`${runs}/${method}-${SEEDS[0]}/topology.bin`);
  writeFileSync(`${root}docs/images/${method}.svg`, methodFigure(log, { steps: summaries[0].steps }));
}
const measured = {
  command: `espalier train --method METHOD ${FLAGS.join(' ')} --seed SEED`,
  seeds: SEEDS,
  engine,
  methods,
};
writeFileSync(`${root}benchmarks/results/methods.json`, `${JSON.stringify(measured, null, 2)}\n`);

async function train(method, seed) {
  const out = `${runs}/${method}-${seed}`;
  const args = [
    'train',
    '--method',
    method,
    ...FLAGS,
    '--seed',
    `${seed}`,
    '--out',
    out,
    '--force',
    '--json',
  ];
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The run of ${method} with seed ${seed} ended with exit code ${code}.`);
  const summary = JSON.parse(readFileSync(`${out}/summary.json`, 'utf8'));
  console.log(`${method} ${seed}: ${summary.metrics.test.accuracy}`);
  return summary;
}
