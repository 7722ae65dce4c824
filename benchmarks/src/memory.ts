// The most memory that training holds, each case in a process of its own: over densities of one network, and over
// widths at the same number of non-zeros. The first row is a process that trains nothing.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mlp } from '@espalier/architectures';
import { sparseEngine } from '@espalier/engine-sparse';
import { writeResult } from './result.js';
import { countNonZeros, createTrial, drawBatch, drawStart, rounded, step } from './trial.js';

const BATCH = 128;
const STEPS = 20;
const DENSITIES = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const WIDTHS = [500, 1000, 2000, 4000, 8000];
const NON_ZEROS = 60_000;

const [width, density] = process.argv.slice(2).map(Number);
if (width !== undefined && density !== undefined) {
  await weigh(width, density);
} else {
  writeResult('memory', {
    batchSize: BATCH,
    threads: 2,
    strongest: 'gradient, once per process',
    nothing: inChild(1000, 0),
    byDensity: DENSITIES.map((share) => inChild(1000, share)),
    byWidth: WIDTHS.map((units) => inChild(units, NON_ZEROS / sizeOf(units))),
  });
}

function inChild(units: number, share: number) {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), `${units}`, `${share}`]);
  return JSON.parse(output.toString());
}

function sizeOf(units: number): number {
  return 784 * units + 2 * units * units + 10 * units;
}

async function weigh(units: number, share: number) {
  const nonZeros = share === 0 ? 0 : await train(units, share);
  const megabytes = rounded((process.resourceUsage().maxRSS * 1024) / 1e6);
  console.log(JSON.stringify({ network: `784-${units}-${units}-${units}-10`, nonZeros, megabytes }));
}

async function train(units: number, share: number): Promise<number> {
  const architecture = mlp({ layers: [784, units, units, units, 10] });
  const start = drawStart(architecture, share);
  const engine = await createTrial(sparseEngine({ threads: 2 }), architecture, start);
  const batch = drawBatch(architecture, BATCH);
  for (let i = 0; i < STEPS; i++) await step(engine, batch);
  await step(engine, batch, new Set(['gradient']));
  for (const layer of engine.layers) {
    layer.strongest('gradient', Math.round(0.3 * layer.active.length), layer.active, 0);
  }
  engine.dispose();
  return countNonZeros(start);
}
