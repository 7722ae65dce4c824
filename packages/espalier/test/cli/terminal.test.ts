import { execFile, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fitLine } from '../../src/cli/progress/bar-line.js';
import { BIN, TINY, train } from '../support/command.js';
import { temporaryDirectory } from '../support/temporary.js';

const COLUMNS = 60;
const ESC = '\u001b';

/** What a command prints to a pseudo-terminal. */
function inTerminal(cwd: string, args: readonly string[], columns: number): Promise<string> {
  const quoted = [process.execPath, BIN, ...args].map((arg) => `'${arg}'`).join(' ');
  const command = `stty cols ${columns} rows 24; ${quoted}`;
  return new Promise((resolve) => {
    const child = execFile('script', ['-qec', command, '/dev/null'], { cwd }, (_error, stdout) =>
      resolve(stdout),
    );
    child.stdin?.end();
  });
}

// A pseudo-terminal comes from util-linux's script, which other systems may lack or spell otherwise.
const hasScript = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));

describe.skipIf(!hasScript)('on a terminal (by script of util-linux)', () => {
  it('shows a bar that fits, and leaves the cursor and the line wrapping as they were', async () => {
    const directory = temporaryDirectory();
    const output = await inTerminal(directory, ['train', ...TINY, '--out', 'run'], COLUMNS);
    const frames = output
      .replaceAll(`${ESC}[1G`, '\n')
      .split(/[\r\n]+/)
      .filter((frame) => /[█░]/.test(frame))
      .map(stripVTControlCharacters);
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame.length).toBeLessThan(COLUMNS);
    expect(frames.at(-1)).toMatch(/^█+ {2}epoch 2\/2 {2}loss \d\.\d{3} {2}accuracy \d+\.\d\d %/);
    for (const mode of ['?25', '?7']) {
      expect(output.lastIndexOf(`${ESC}[${mode}h`)).toBeGreaterThan(output.lastIndexOf(`${ESC}[${mode}l`));
    }
    expect(output).toContain('warning: This run has only 10 topology updates');
    expect(output).toMatch(/^Done: test accuracy/m);
  });
});

describe('in a pipe', () => {
  it('prints plain lines: what is run, one per epoch, and what came of it', async () => {
    const { stdout } = await train(temporaryDirectory(), '--method', 'set', '--out', 'run');
    const lines = stdout.trimEnd().split('\n');
    expect(stdout).not.toContain(ESC);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('set on mlp: 1,588 of 15,880 weights active (10.00 %)');
    expect(lines[1]).toBe('data synthetic, engine reference (float64), 14 steps, into run');
    expect(lines[2]).toMatch(/^warning: This run has only 1 topology update;/);
    expect(lines[3]).toMatch(
      /^epoch 1\/2 {2}loss \d\.\d{3} {2}test accuracy \d+\.\d\d % {2}density 10\.00 % {2}updates 1$/,
    );
    expect(lines[4]).toMatch(/^epoch 2\/2 /);
    expect(lines[5]).toMatch(
      /^Done: test accuracy \d+\.\d\d %, 1,588 non-zeros, 1 topology update, \d+\.\d s\. See run$/,
    );
  });
});

describe('the line of a progress bar', () => {
  const line = { progress: 0.5, facts: ['epoch 3/10', 'loss 0.432', 'updates 12'], last: '3 s left' };
  const plain = (bar: string) => bar;

  it('has a bar of 24 columns where there is room', () => {
    const text = fitLine(line, 120, plain);
    expect(text).toBe(`${'█'.repeat(12)}${'░'.repeat(12)}  epoch 3/10  loss 0.432  updates 12  3 s left`);
  });

  it.each([80, 60, 50, 40, 30, 20, 5, 1])('fits %i columns, the last one free', (width) => {
    expect(fitLine(line, width, plain).length).toBeLessThan(width);
  });

  it('gives up the width of the bar first, then facts from the least important on', () => {
    expect(fitLine(line, 60, plain)).toMatch(
      /^█{7}░{6} {2}epoch 3\/10 {2}loss 0\.432 {2}updates 12 {2}3 s left$/,
    );
    expect(fitLine(line, 50, plain)).toMatch(/^█+░+ {2}epoch 3\/10 {2}loss 0\.432 {2}3 s left$/);
    expect(fitLine(line, 32, plain)).toMatch(/^█+░+ {2}epoch 3\/10 {2}3 s left$/);
    expect(fitLine(line, 20, plain)).toBe('epoch 3/10  loss 0.');
  });

  it('is painted without being taken for longer', () => {
    const painted = fitLine(line, 50, (bar) => `<green>${bar}</green>`);
    expect(painted.replace(/<[^>]*>/g, '')).toBe(fitLine(line, 50, plain));
  });
});
