import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents, readModel, readSummary, readTopology } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { type Outcome, type Running, start, TINY } from '../support/command.js';
import { temporaryDirectory, writeFiles } from '../support/temporary.js';

const LONG = ['train', ...TINY, '--epochs', '100000', '--out', 'run'];

/** Resolves when the command has printed that often how an epoch went. */
function epochs({ child }: Running, count: number): Promise<void> {
  return new Promise((resolve) => {
    let printed = '';
    child.stdout?.on('data', (chunk) => {
      printed += chunk;
      if (printed.split('\nepoch ').length > count) resolve();
    });
  });
}

describe('an interrupted run', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends at a step boundary and is complete up to there: %s',
    async (signal) => {
      const directory = temporaryDirectory();
      const running = start(directory, LONG);
      await epochs(running, 3);
      running.child.kill(signal);
      const { code, stdout, stderr } = await running.ended;
      expect({ code, stderr }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, stderr: '' });
      expect(stdout).toContain('Stopping after this step; press Ctrl-C again to quit at once.\n');
      const { outcome, steps, topologyUpdates, layers } = readSummary(join(directory, 'run/summary.json'));
      expect(stdout).toMatch(
        new RegExp(
          `^Stopped after ${steps.toLocaleString('en-US')} steps: test accuracy .*\\. run is complete up to there\\.\\n$`,
          'm',
        ),
      );
      expect(outcome).toBe('stopped');

      const events = [...readEvents(join(directory, 'run/events.jsonl'))];
      expect(events.filter(({ type }) => type === 'step')).toHaveLength(steps);
      expect(events.at(-1)).toEqual({ type: 'run:end', step: steps, topologyUpdates, outcome: 'stopped' });
      const log = readTopology(join(directory, 'run/topology.bin'));
      expect(log.updates).toBe(topologyUpdates);
      const { parameters } = readModel(join(directory, 'run/model.safetensors')).state;
      expect(log.at(log.updates)).toEqual(layers.map(({ name }) => parameters[name]?.positions));
    },
  );

  it('prints its summary with --json all the same, and says that it stops elsewhere', async () => {
    const directory = temporaryDirectory();
    const { code, stdout, stderr } = await interruptItself(directory, 1, '--json');
    expect(code).toBe(130);
    expect(stderr).toBe('Stopping after this step; press Ctrl-C again to quit at once.\n');
    expect(stdout).toBe(readFileSync(join(directory, 'run/summary.json'), 'utf8'));
    expect(JSON.parse(stdout).outcome).toBe('stopped');
  });

  it('quits at once at the second Ctrl-C, with logs that can be read', async () => {
    const directory = temporaryDirectory();
    const { code, stdout } = await interruptItself(directory, 2);
    expect(code).toBe(130);
    expect(stdout).not.toContain('Stopped after');
    expect(existsSync(join(directory, 'run/summary.json'))).toBe(false);
    expect(readTopology(join(directory, 'run/topology.bin')).complete).toBe(false);
    expect([...readEvents(join(directory, 'run/events.jsonl'))].at(0)?.type).toBe('run:start');
  });

  it('leaves nothing behind where the run was not yet there', async () => {
    const directory = temporaryDirectory();
    // While the run file is loaded there is nothing to be stopped in order.
    writeFiles(directory, {
      'run.mjs': `process.kill(process.pid, 'SIGINT'); export default new Promise(() => setTimeout(() => {}, 1e8));`,
    });
    const { code } = await start(directory, ['train', 'run.mjs', '--out', 'run']).ended;
    expect(code).toBe(130);
    expect(readdirSync(directory)).toEqual(['run.mjs']);
  });
});

/** Trains with a drop schedule that presses Ctrl-C so many times at once, in the middle of an update. */
function interruptItself(directory: string, times: number, ...flags: string[]): Promise<Outcome> {
  writeFiles(directory, {
    'interrupt.ts': `import { definePlugin, strategy } from 'espalier';
      const interrupt = () => { for (let i = 0; i < ${times}; i++) process.kill(process.pid, 'SIGINT'); };
      const drop = { fraction: ({ step }) => { if (step === 40) interrupt(); return 0.1; } };
      export default definePlugin({ name: 'interrupting', api: 1, strategies: [
        strategy('drop', 'interrupting', {}, { useFactory: () => drop }, { summary: 'Presses Ctrl-C.' }),
      ] });`,
  });
  const recipe = [
    '--plugin',
    './interrupt.ts',
    '--set',
    'drop=interrupting',
    '--set',
    'trigger.updateInterval=20',
  ];
  return start(directory, [...LONG, ...recipe, ...flags]).ended;
}

describe('a reader that leaves', () => {
  it('does not end the run', async () => {
    const directory = temporaryDirectory();
    const running = start(directory, ['train', ...TINY, '--out', 'run']);
    running.child.stdout?.destroy();
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readSummary(join(directory, 'run/summary.json')).outcome).toBe('completed');
  });
});
