// Trains the same network densely and with four sparse methods at 98 % sparsity, one process per run, and
// prints what came out. Needs nothing but this repository: the images are embedded.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const METHODS = ['dense', 'static', 'set', 'rigl', 'ggr'];
const SPARSITY = 0.98;
// At the default of 0.1 the dense network is unstable on so few images.
const LEARNING_RATE = 0.05;
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../packages/espalier/dist/bin.js', import.meta.url));
const out = 'runs/quickstart';
const began = performance.now();

build();
mkdirSync(`${root}/${out}`, { recursive: true });
console.log(
  `Training LeNet-300-100 on 5,000 images of Fashion-MNIST: ${METHODS.join(', ')} at ${SPARSITY * 100} % sparsity ...`,
);
const summaries = await trainAll();
const file = `${out}/summary.json`;
writeFileSync(`${root}/${file}.partial`, `${JSON.stringify(summaries, null, 2)}\n`);
renameSync(`${root}/${file}.partial`, `${root}/${file}`);
printTable(summaries);
const report = `${out}/report.html`;
execFileSync(
  process.execPath,
  [bin, 'report', ...METHODS.map((method) => `${out}/${method}`), '--out', report],
  { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
);
console.log(
  `\nAll in ${((performance.now() - began) / 1000).toFixed(0)} s. Runs and ${file} are in ${out}/.` +
    `\nThe five side by side, in pictures: ${report}`,
);

/** Runs as many at a time as there are cores; results in the order of the methods. */
async function trainAll() {
  const results = new Array(METHODS.length);
  let next = 0;
  const worker = async () => {
    while (next < METHODS.length) {
      const i = next++;
      results[i] = await trainOne(METHODS[i]);
      const { metrics, seconds } = results[i];
      console.log(
        `  ${METHODS[i].padEnd(6)}  test accuracy ${percent(metrics.test.accuracy)}  ${seconds.total.toFixed(1)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), METHODS.length) }, worker));
  return results;
}

function trainOne(method) {
  const args = [
    'train',
    '--method',
    method,
    '--sparsity',
    `${SPARSITY}`,
    '--learning-rate',
    `${LEARNING_RATE}`,
    '--out',
    `${out}/${method}`,
    '--force',
    '--json',
  ];
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code === 0) return resolve(JSON.parse(text));
      console.error(`The run of ${method} ended with exit code ${code}.`);
      process.exit(code ?? 1);
    });
  });
}

function printTable(summaries) {
  const rows = summaries.map(({ method, metrics, layers, topologyUpdates, seconds }) => [
    method,
    percent(metrics.test.accuracy),
    layers.reduce((sum, { nonZerosEnd }) => sum + nonZerosEnd, 0).toLocaleString('en-US'),
    String(topologyUpdates),
    `${seconds.total.toFixed(1)} s`,
  ]);
  const head = ['method', 'test accuracy', 'non-zeros', 'updates', 'time'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  console.log(`\n${line(head)}\n${widths.map((width) => '-'.repeat(width)).join('  ')}`);
  for (const row of rows) console.log(line(row));
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
