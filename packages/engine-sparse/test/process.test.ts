import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EspalierError } from '@espalier/core';
import { expect, it } from 'vitest';
import { COMMANDS, CONTROL } from '../src/memory/control.js';
import { SharedMemory } from '../src/memory/shared-memory.js';
import { Team } from '../src/threads/team.js';

it('a worker that can not start is an error, and leaves no worker behind', async () => {
  const limits = {
    resourceLimits: { maxOldGenerationSizeMb: 1, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  };
  const start = Team.start(new SharedMemory(), 'wasm', 2, { ...limits, execArgv: ['--no-such-flag'] });
  await expect(start).rejects.toThrow(EspalierError);
  await expect(start).rejects.toThrow(/ESPALIER_BACKEND_UNAVAILABLE.*did not start.*threads: 1/);
});

it('a worker that dies in a step is an error, and so is every step after it', async () => {
  const shared = new SharedMemory();
  const team = await Team.start(shared, 'wasm', 2);
  const somewhere = shared.heap.take(1024, 'a tile');
  const words = {
    tiles: 2,
    lanes: 8,
    examples: 16,
    holds: 1,
    arenas: somewhere,
    lossFeatures: 1,
    lossKind: 1,
  };
  const places = { answers: somewhere, lossSums: somewhere + 512, correct: somewhere + 768 };
  for (const [name, value] of Object.entries({ ...words, ...places })) {
    shared.setWord(CONTROL[name as keyof typeof CONTROL], value);
  }
  team.run(COMMANDS.evaluate);
  // The second tile, which is the worker's, now lies far beyond the memory.
  shared.setWord(CONTROL.arenaFeatures, 0x04000000);
  for (let step = 0; step < 2; step++) {
    expect(() => team.run(COMMANDS.evaluate)).toThrow(/ESPALIER_TRAINING_FAILED.*died/);
  }
  team.end();
  team.end();
});

it('control words are where the kernels look for them', () => {
  const text = readFileSync(fileURLToPath(new URL('../assembly/control.ts', import.meta.url)), 'utf8');
  const theirs = new Map(
    [...text.matchAll(/export const (\w+): usize = (\d+)/g)].map(([, name, at]) => [
      name!.toLowerCase().replaceAll('_', ''),
      Number(at),
    ]),
  );
  for (const [name, at] of Object.entries(CONTROL)) expect(theirs.get(name.toLowerCase()), name).toBe(at);
});

const tiny = (threads: number) => `
  import { sparseEngine } from '@espalier/engine-sparse';
  const create = (units, active) => sparseEngine({ threads: ${threads} }).create({
    network: { architecture: { name: 'tiny', inputShape: [2], nodes: [{ kind: 'dense', name: 'd', units }] } },
    loss: 'mean-squared-error', optimizer: { use: 'sgd', learningRate: 1 },
    start: [{ name: 'd/kernel', active, weights: new Float32Array(active.length).fill(1) }],
    random: () => { throw new Error('nothing is random here'); },
  });
  const lossOf = (engine) => engine.evaluate({ size: 1, inputs: Float32Array.of(3, 0), targets: Float32Array.of(3, 0) }).loss;
`;

/** Runs a program that a shell starts with some flags of Node.js. @returns what it printed */
async function run(program: string, { before = '', flags = '' } = {}): Promise<string> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const command = `${before} exec "$0" ${flags} --input-type=module --eval "$1"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, program], {
    cwd,
    timeout: 20_000,
  });
  return stdout.trim();
}

it('a program ends though its engine was never disposed', async () => {
  const program = `${tiny(2)} console.log(lossOf(await create(2, Uint32Array.of(0))));`;
  expect(await run(program)).toBe('0');
});

it('memory that can not grow is an error with the arithmetic, after which a smaller network fits', async () => {
  const program = `${tiny(2)}
    const all = Uint32Array.from({ length: 400_000 }, (_, p) => p);
    await create(200_000, all).catch(({ message }) => console.log(message));
    console.log(lossOf(await create(2, Uint32Array.of(0))));
  `;
  const printed = await run(program, { flags: '--wasm-max-mem-pages=48' });
  const [, wanted, used] = printed.match(
    /^\[ESPALIER_ENGINE_REFUSES\] No room for the .* of d\/\w+: (\S+) MiB, besides (\S+) MiB in use\. The system gives no more memory\.\n0$/,
  )!;
  // 48 pages are 3 MiB.
  expect(Number(wanted) + Number(used)).toBeGreaterThan(2.9);
  expect(Number(used)).toBeLessThanOrEqual(3);
});

it.runIf(process.platform === 'linux')(
  'addresses that may not be had are an error with a way out',
  async () => {
    const program = `${tiny(1)}
    await create(2, Uint32Array.of(0)).then((e) => console.log(lossOf(e)), ({ message }) => console.log(message));
  `;
    const before = 'ulimit -v 8000000;';
    expect(await run(program, { before })).toMatch(
      /^\[ESPALIER_BACKEND_UNAVAILABLE\].*ulimit -v.*node --disable-wasm-trap-handler/,
    );
    expect(await run(program, { before, flags: '--disable-wasm-trap-handler' })).toBe('0');
  },
);
