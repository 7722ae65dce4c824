import { lenet300100 } from '@espalier/architectures';
import { chooseBackend } from '@espalier/engine-tfjs';
import { createTrainer, definePlugin, type PruneCriterion, type Signal, strategy } from 'espalier';
import { describe, expect, it } from 'vitest';
import { automatic } from '../../src/engines/automatic.js';
import { beatsNative, CROSSOVER } from '../../src/engines/crossover.js';
import { chooseEngine } from '../../src/engines/engines.js';
import { SMALL } from '../support/configs.js';
import { espalierHere } from '../support/in-process.js';
import { temporaryDirectory } from '../support/temporary.js';

/** Prunes by magnitude, and says that it reads a signal. */
const reading = (signal: Signal) =>
  definePlugin({
    name: 'inline-plugin',
    api: 1,
    strategies: [
      strategy(
        'prune',
        'inline/reading',
        {},
        {
          useFactory: (): PruneCriterion => ({
            needs: [signal],
            score: ({ weights }) => weights.map(Math.abs),
          }),
        },
        { summary: 'The smallest weights.' },
      ),
    ],
    methods: [],
  });

const config = (signal: Signal, engine: string) => ({
  ...SMALL,
  engine,
  method: 'set',
  plugins: [reading(signal)],
  prune: 'inline/reading',
});

describe('the engine of a run', () => {
  it.each([
    ['weight', 'tfjs'],
    ['denseMomentum', 'tfjs'],
    ['gradient', 'sparse'],
  ])('auto: for the signal %s is %s', async (signal, engine) => {
    const trainer = await createTrainer(config(signal, 'auto'));
    expect(trainer.engine.name).toBe(engine);
    await trainer.dispose();
  });

  it('auto: says which engines were passed over, and why', async () => {
    const architecture = {
      name: 'one',
      inputShape: [2],
      nodes: [{ kind: 'dense', name: 'd', units: 2 }],
    } as const;
    const needs = new Map<Signal, string>([['weight', 'backward "all"']]);
    const { name, notes } = await chooseEngine({ engine: 'auto', needs }, { architecture });
    expect([name, notes?.at(-1)]).toEqual([
      'tfjs',
      'Passed over engine "sparse": It does not supply the signal "weight", which backward "all" reads.',
    ]);
  });

  it('sparse: keeps values off the mask for a configuration that allows it, else shows the arithmetic', async () => {
    await expect(createTrainer(config('weight', 'sparse'))).rejects.toThrow(
      /ENGINE_REFUSES\] prune "inline\/reading" reads the signal "weight", which the engine "sparse" does not supply; .* 624 positions x 3 x 4 bytes = 0\.0 MiB, .*denseState: allow, or use engine "tfjs"/,
    );
    for (const engine of ['sparse', 'auto']) {
      const { plugins: _, prune: __, ...plain } = config('weight', engine);
      const trainer = await createTrainer({ ...plain, method: 'top-kast', denseState: 'allow' });
      expect(trainer.engine.name).toBe('sparse');
      await trainer.run();
      expect(Object.keys((await trainer.engine.save()).slots)).toContain('latent/dense_1/kernel');
      await trainer.dispose();
    }
    const { plugins: _, prune: __, ...plain } = config('weight', 'auto');
    const trainer = await createTrainer({ ...plain, method: 'top-kast' });
    expect(trainer.engine.name).toBe('tfjs');
    await trainer.dispose();
  });

  it('sparse: keeps momentum where there is no weight for a configuration that allows it, else shows the arithmetic', async () => {
    const reading = config('denseMomentum', 'sparse');
    // Layers of 36 x 16 and 16 x 3, under sgd.
    await expect(createTrainer(reading)).rejects.toThrow(
      /"denseMomentum".* 624 positions x 2 x 4 bytes = 0\.0 MiB, .*denseState: allow, or use engine "tfjs"/,
    );
    for (const engine of ['sparse', 'auto']) {
      const trainer = await createTrainer({ ...reading, engine: { use: engine, denseState: 'allow' } });
      expect(trainer.engine.name).toBe('sparse');
      expect(trainer.engine.signals.has('denseMomentum')).toBe(true);
      await trainer.dispose();
    }
    const plain = await createTrainer({ ...config('gradient', 'sparse'), denseState: 'allow' });
    expect(plain.engine.signals.has('denseMomentum')).toBe(false);
    await plain.dispose();
  });

  it('auto: fails with all reasons where no engine supplies a signal', async () => {
    await expect(createTrainer(config('hessian', 'auto'))).rejects.toThrow(
      /ENGINE_REFUSES\].*engine "sparse": .*"hessian".*engine "tfjs": .*"hessian".*engine "reference": .*"hessian"/,
    );
  });

  it.each([1, 2])('has %i threads where the command line says so', async (threads) => {
    const folder = temporaryDirectory();
    const data = ['--data', 'synthetic', '--set', 'data.train=64', '--set', 'data.test=10', '--epochs', '1'];
    const { stdout } = await espalierHere(
      folder,
      'train',
      ...data,
      '--threads',
      `${threads}`,
      '-o',
      'run',
      '--json',
    );
    expect(JSON.parse(stdout).engine).toEqual({ name: 'sparse', backend: 'wasm', threads });
    const evaluated = await espalierHere(folder, 'evaluate', 'run', '--threads', '1.5');
    expect(evaluated.stderr).toMatch(/threads must be an integer, not 1\.5/);
  });

  it('has the threads of the configuration', async () => {
    const trainer = await createTrainer({ ...SMALL, engine: 'sparse', threads: 3, method: 'set' });
    expect(trainer.engine.threads).toBe(3);
    await trainer.dispose();
  });
});

const DENSE = { name: 'dense', kind: 'dense', shape: [64, 10] } as const;
const CONVOLUTION = {
  name: 'convolution',
  kind: 'convolution',
  shape: [3, 3, 8, 8],
  outputPositions: 100,
} as const;

describe('the crossover', () => {
  it.each([DENSE, CONVOLUTION])('of a network of one $name layer is that of its kind', (layer) => {
    const crossover = CROSSOVER[layer.name];
    expect(beatsNative([layer], crossover)).toBe(true);
    expect(beatsNative([layer], crossover * 1.01)).toBe(false);
  });

  it('of a network is that of the layers which multiply most', () => {
    const between = (CROSSOVER.dense + CROSSOVER.convolution) / 2;
    expect(beatsNative([CONVOLUTION, DENSE], between)).toBe(false);
    expect(beatsNative([{ ...DENSE, shape: [2000, 1000] }, CONVOLUTION], between)).toBe(true);
  });

  const network = { architecture: lenet300100() };
  it.each([
    ['few weights', { density: 0.1 }, 'sparse'],
    ['all weights on WebAssembly', { density: 1, backend: 'wasm' }, 'sparse'],
    ['all weights on a backend of the sparse engine', { density: 1, backend: 'wasm-relaxed' }, 'sparse'],
    ['few weights on a backend of tfjs', { density: 0.1, backend: 'node' }, 'tfjs'],
  ])('auto tries first, for %s: %s %s', async (_, choice, first) => {
    expect((await automatic({ engine: 'auto', ...choice }, network))[0]).toBe(first);
  });

  it('auto looks at the backend that tfjs has, for many weights', async () => {
    const { backend } = await chooseBackend();
    const [first] = await automatic({ engine: 'auto', density: 1 }, network);
    expect(first).toBe(backend.startsWith('node') ? 'tfjs' : 'sparse');
  });
});
