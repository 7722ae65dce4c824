// Every registered method on small networks: accuracy, time, non-zeros, exploration, operations. Each finished run is
// written at once and a second start skips it. `pnpm bench comparison METHOD...` measures these methods anew.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EspalierError, type MetricEvent, sum } from '@espalier/core';
import { createTrainer } from 'espalier';
import { type ComparedRun, ComparisonFile, type RunKey, type Settings } from './comparison-file.js';
import { rounded } from './trial.js';

const SETTINGS: Settings = {
  data: 'fashion-mnist-mini',
  networks: ['lenet-300-100', 'convnet-small'],
  densities: [0.1, 0.02],
  seeds: [0, 1, 2],
  epochs: 10,
  batchSize: 32,
  engine: 'auto',
  // Methods that train values off the mask are compared on the same engine as all others.
  denseState: 'allow',
  // Its first convolution has one input, too few for groups of four.
  keepDense: [{ method: 'sr-ste', network: 'convnet-small', layers: ['conv2d_1'] }],
};

const again = process.argv.slice(2);
const methods = methodNames();
const unknown = again.filter((name) => !methods.includes(name));
if (unknown.length > 0) throw new Error(`There is no method ${unknown.join(', ')}.`);
const file = new ComparisonFile(SETTINGS, again);
// Seed by seed, so that a measurement that is cut off has seen every method equally often; forms of a method last.
const isForm = (name: string) => name.includes('/');
const keys = [false, true].flatMap((forms) =>
  SETTINGS.seeds.flatMap((seed) =>
    methods
      .filter((name) => isForm(name) === forms)
      .flatMap((method) =>
        SETTINGS.networks.flatMap((network) =>
          SETTINGS.densities.map((density): RunKey => ({ method, network, density, seed })),
        ),
      ),
  ),
);
const left = keys.filter((key) => !file.has(key));
// Whatever runs first would be charged for compiling.
if (left.length > 0) await measure({ ...left[0]!, method: 'static' });
for (const [i, key] of left.entries()) {
  if (file.isAnyDensity(key)) continue;
  const run = await measure(key);
  file.add(run);
  const result = 'refused' in run ? run.refused : `${run.accuracy} in ${run.seconds} s on ${run.engine}`;
  console.log(`${i + 1}/${left.length} ${key.method} ${key.network} ${key.density} ${key.seed}: ${result}`);
}

/** The methods of all plugins. */
function methodNames(): string[] {
  const bin = fileURLToPath(new URL('bin/espalier.js', import.meta.resolve('espalier/package.json')));
  const listed = execFileSync(process.execPath, [bin, 'strategies', '--slot', 'method', '--json']);
  return (JSON.parse(listed.toString()) as { name: string }[]).map(({ name }) => name);
}

async function measure(key: RunKey): Promise<ComparedRun> {
  try {
    return { ...key, ...(await train(key)) };
  } catch (error) {
    if (!(error instanceof EspalierError)) throw error;
    return { ...key, refused: error.message };
  }
}

async function train({ method, network, density, seed }: RunKey) {
  const { data, engine, denseState, epochs, batchSize } = SETTINGS;
  const kept = SETTINGS.keepDense.find((keep) => keep.method === method && keep.network === network);
  const sparsity = { density, keepDense: kept?.layers ?? [] };
  const trainer = await createTrainer({
    ...{ seed, engine, denseState, data, method, architecture: network, sparsity },
    observers: ['exploration', 'flops', 'drift'],
    train: { epochs, batchSize, evaluateEvery: epochs },
  });
  const measured = new Map<string, MetricEvent['value']>();
  let accuracy: number | undefined;
  const imposed: { imposed?: true } = {};
  trainer.events.subscribe((event) => {
    if (event.type === 'metric') measured.set(event.name, event.value);
    else if (event.type === 'evaluation') accuracy = event.accuracy;
    else if (event.type === 'run:start') {
      if (event.recipe.imposedDensity !== null) imposed.imposed = true;
    }
  });
  try {
    const began = performance.now();
    const { topologyUpdates } = await trainer.run();
    const seconds = (performance.now() - began) / 1000;
    const layers = trainer.engine.layers.map(({ active }) => active.length);
    return {
      accuracy: accuracy!,
      seconds: rounded(seconds),
      engine: trainer.engine.name,
      ...imposed,
      updates: topologyUpdates,
      nonZeros: sum(layers),
      layers,
      // Where every layer is kept dense nothing is left to explore, and nothing moves.
      exploration: rounded(numberOf(measured.get('rate')) ?? 1),
      drift: rounded(numberOf(measured.get('distance')) ?? 0),
      trainingShare: rounded(numberOf(measured.get('training-share'))!),
    };
  } finally {
    await trainer.dispose();
  }
}

function numberOf(value: MetricEvent['value'] | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
