// Trains what docs/methods/redistribution.md compares: one method with every redistributor, from starts that spread the
// weights differently over the layers. Writes benchmarks/results/redistribution.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { measuredRun } from './measured-run.mjs';

const REDISTRIBUTORS = ['identity', 'survivors', 'magnitude', 'momentum', 'mean-gradient', 'global-rank'];
const STARTS = ['uniform', 'erk', 'igq'];
const SEEDS = [0, 1, 2];
const FLAGS = ['--method', 'rigl', '--sparsity', '0.98', '--epochs', '20'];
const root = fileURLToPath(new URL('..', import.meta.url));

build();
mkdirSync(`${root}runs/docs`, { recursive: true });
const runs = {};
for (const redistributor of REDISTRIBUTORS) {
  for (const start of STARTS) {
    const summaries = [];
    for (const seed of SEEDS) {
      const set = ['--set', `redistribute=${redistributor}`, '--set', `allocate=${start}`];
      const name = `redistribution-${redistributor}-${start}-${seed}`;
      summaries.push(await measuredRun(name, [...FLAGS, ...set, '--seed', `${seed}`]));
    }
    runs[redistributor] ??= {};
    runs[redistributor][start] = {
      accuracies: summaries.map(({ metrics }) => metrics.test.accuracy),
      nonZerosStart: summaries[0].layers.map(({ nonZerosStart }) => nonZerosStart),
      nonZerosEnd: summaries[0].layers.map(({ nonZerosEnd }) => nonZerosEnd),
    };
  }
}
const command = `espalier train ${FLAGS.join(' ')} --set redistribute=REDISTRIBUTOR --set allocate=START --seed SEED`;
const measured = { command, seeds: SEEDS, starts: STARTS, runs };
writeFileSync(`${root}benchmarks/results/redistribution.json`, `${JSON.stringify(measured, null, 2)}\n`);
