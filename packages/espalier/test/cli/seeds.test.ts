import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSummary } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { train } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-seeds-'));

describe('espalier train --seeds', { timeout: 60_000 }, () => {
  it('trains each seed in a directory of its own and shows mean and deviation', async () => {
    const { code, stdout } = await train(folder, '--seeds', '3', '--seed', '7', '-o', 'three');
    expect(code).toBe(0);
    const summaries: RunSummary[] = JSON.parse(readFileSync(join(folder, 'three/summary.json'), 'utf8'));
    expect(summaries.map(({ seed }) => seed)).toEqual([7, 8, 9]);
    for (const { seed } of summaries)
      expect(existsSync(join(folder, `three/seed-${seed}/events.jsonl`))).toBe(true);
    const accuracies = summaries.map(({ metrics }) => metrics.test!.accuracy!);
    const mean = accuracies.reduce((a, b) => a + b, 0) / 3;
    const deviation = Math.sqrt(accuracies.reduce((all, a) => all + (a - mean) ** 2, 0) / 2);
    expect(stdout).toMatch(/3 runs, mean and standard deviation/);
    expect(readFileSync(join(folder, 'three/report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(stdout.trim()).toMatch(/See three\/report\.html$/);
    expect(stdout).toContain(`${(100 * mean).toFixed(2)} % ± ${(100 * deviation).toFixed(2)} %`);
  });

  it('gives the same run as one seed alone', async () => {
    await train(folder, '--seeds', '1', '--seed', '3', '-o', 'group');
    await train(folder, '--seed', '3', '-o', 'alone');
    for (const file of ['events.jsonl', 'topology.bin', 'model.safetensors']) {
      expect(readFileSync(join(folder, 'group/seed-3', file))).toEqual(
        readFileSync(join(folder, 'alone', file)),
      );
    }
  });

  it('says once what is wrong with the configuration, and trains nothing', async () => {
    const { code, stderr } = await train(folder, '--seeds', '3', '-m', 'rigle', '-o', 'wrong');
    expect(code).toBe(1);
    expect(stderr.match(/ESPALIER_UNKNOWN_METHOD/g)).toHaveLength(1);
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
    expect(await train(folder, '--seeds', 'many')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--seeds is many'),
    });
  });
});

it('several seeds never replace what is there, unless they are told to', async () => {
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken/summary.json'), '"mine"');
  const refused = await train(folder, '--seeds', '2', '-o', 'taken');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/ESPALIER_OUTPUT_EXISTS.*taken is not empty/),
  });
  expect(readFileSync(join(folder, 'taken/summary.json'), 'utf8')).toBe('"mine"');
  const far = await train(folder, '--seeds', '2', '--seed', `${Number.MAX_SAFE_INTEGER}`);
  expect(far).toMatchObject({ code: 1, stderr: expect.stringContaining('beyond 2^53 - 1') });
  expect(await train(folder, '--seeds', '1e9')).toMatchObject({ code: 1 });
}, 60_000);
