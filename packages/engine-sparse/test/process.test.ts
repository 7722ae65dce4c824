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

it('a program ends though its engine was never disposed', async () => {
  const program = `
    import { sparseEngine } from '@espalier/engine-sparse';
    const start = [{ name: 'd/kernel', active: Uint32Array.of(0), weights: Float32Array.of(1) }];
    const architecture = { name: 'tiny', inputShape: [2], nodes: [{ kind: 'dense', name: 'd', units: 2 }] };
    const engine = await sparseEngine({ threads: 2 }).create({
      network: { architecture }, loss: 'mean-squared-error', optimizer: { use: 'sgd', learningRate: 1 },
      start, random: () => { throw new Error('nothing is random here'); },
    });
    console.log(engine.evaluate({ size: 1, inputs: Float32Array.of(3, 0), targets: Float32Array.of(3, 0) }).loss);
  `;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 20_000 });
  expect(stdout.trim()).toBe('0');
});
