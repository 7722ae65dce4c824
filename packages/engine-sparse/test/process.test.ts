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

it('a team whose worker died refuses to work instead of waiting for it', async () => {
  const shared = new SharedMemory();
  const team = await Team.start(shared, 'wasm', 2);
  shared.setWord(CONTROL.failed, 1);
  expect(() => team.run(COMMANDS.evaluate)).toThrow(/ESPALIER_TRAINING_FAILED.*died/);
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
