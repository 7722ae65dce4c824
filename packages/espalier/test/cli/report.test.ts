import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReport } from '@espalier/report';
import { readSummary } from '@espalier/runs';
import { createTrainer } from 'espalier';
import { describe, expect, it } from 'vitest';
import { keepingLogger, SMALL } from '../support/configs.js';
import { espalierHere, trainHere } from '../support/in-process.js';
import { temporaryDirectory } from '../support/temporary.js';

const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8');

describe('a run', () => {
  it('ends with its report, which shows the command and the input', async () => {
    const directory = temporaryDirectory();
    await trainHere(directory, '--method', 'ggr', '--out', 'run', '--set', 'method.dropFraction=0.4');
    const { command, inputShape, seconds } = readSummary(join(directory, 'run/summary.json'));
    expect(command).toMatch(
      /^espalier train --data synthetic --set data\.train=200 .* --method ggr --out run /,
    );
    expect(command).toContain("--set 'architecture.layers=[784,20,10]'");
    expect(inputShape).toEqual([28, 28, 1]);
    const { training, topologyUpdates, evaluation, total } = seconds;
    expect(training! + topologyUpdates! + evaluation!).toBeLessThanOrEqual(total);
    expect(Math.min(training!, topologyUpdates!, evaluation!)).toBeGreaterThan(0);
    const page = read(directory, 'run/report.html');
    expect(isReport(page)).toBe(true);
    expect(page).toContain('--set method.dropFraction=0.4');
    expect(page).toContain('28 × 28');
  });

  it('made from code has a report too, and one that can not be made only costs a warning', async () => {
    const out = join(temporaryDirectory(), 'run');
    const logger = keepingLogger();
    const trainer = await createTrainer({ ...SMALL, method: 'set', out, logger });
    const listening = trainer.events.subscribe(({ type }) => {
      // The configuration is damaged while the run goes on.
      if (type === 'run:end') writeFileSync(join(out, 'run.yaml'), 'seed: [');
    });
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
    listening.unsubscribe();
    await trainer.dispose();
    expect(logger.messages).toEqual([
      expect.stringMatching(/^warning: the run is complete, but its report could not be made: .*run\.yaml/),
    ]);
    expect(readdirSync(out)).not.toContain('report.html');
    expect(readSummary(join(out, 'summary.json'))).not.toHaveProperty('command');
  });

  it('that failed has none', async () => {
    const directory = temporaryDirectory();
    const { code } = await trainHere(directory, '--out', 'run', '--learning-rate', '1e300');
    expect(code).toBe(1);
    expect(existsSync(join(directory, 'run/report.html'))).toBe(false);
    expect((await espalierHere(directory, 'report', 'run')).code).toBe(0);
    expect(read(directory, 'run/report.html')).toContain('failed after');
  });
});

describe('espalier report', () => {
  async function runs(...methods: readonly string[]): Promise<string> {
    const directory = temporaryDirectory();
    for (const method of methods) await trainHere(directory, '--method', method, '--out', method);
    return directory;
  }

  it('puts runs side by side, each directory once', async () => {
    const directory = await runs('set', 'rigl');
    const { code, stdout } = await espalierHere(
      directory,
      'report',
      'set',
      'rigl',
      './set/',
      '--updates',
      '0,1',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'report.html\n' });
    expect(read(directory, 'report.html')).toContain('<h1>2 runs of mlp on synthetic</h1>');
    const named = await espalierHere(directory, 'report', 'set', '--out', 'deep/set.html');
    expect(named).toMatchObject({ code: 0, stdout: 'deep/set.html\n' });
    expect(read(directory, 'deep/set.html')).toContain('set trained mlp');
    const json = await espalierHere(directory, 'report', 'set', 'rigl', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ report: 'report.html', runs: ['set', 'rigl'] });
  });

  it('says what is wrong and leaves nothing behind', async () => {
    const directory = await runs('set');
    mkdirSync(join(directory, 'other'));
    const before = readdirSync(directory);
    writeFileSync(join(directory, 'mine.html'), 'my page');
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['missing'], /missing: there is no such directory/],
      [['other'], /other: it holds no run/],
      [['.'], /holds no run.*there are runs in it: set/],
      [['set', '--updates', '0,9'], /set has the topology after 0 to \d+ updates, not after 9/],
      [['set', '--updates', '1;2'], /--updates 1;2: write numbers/],
      [['set', '--out', 'mine.html'], /mine\.html is there already/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await espalierHere(directory, 'report', ...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(read(directory, 'mine.html')).toBe('my page');
    rmSync(join(directory, 'mine.html'));
    expect(readdirSync(directory)).toEqual(before);
    expect((await espalierHere(directory, 'report')).code).toBe(1);
  });
});
