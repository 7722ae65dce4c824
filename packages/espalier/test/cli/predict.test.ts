import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from 'espalier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SMALL } from '../support/configs.js';
import { espalierHere } from '../support/in-process.js';
import { refusal } from '../support/refusal.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-predict-'));
afterAll(() => rmSync(folder, { recursive: true }));
const predict = (...args: string[]) => espalierHere(folder, 'predict', ...args);

beforeAll(async () => {
  const trainer = await createTrainer({ ...SMALL, engine: 'sparse', out: join(folder, 'run') });
  await trainer.run();
  await trainer.dispose();
});

describe('espalier predict', () => {
  it('gives class, probability and label of every example', async () => {
    const { code, stdout, stderr } = await predict('run', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows: { example: number; class: number; probability: number; label: number }[] = JSON.parse(stdout);
    expect(rows.map(({ example }) => example)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const evaluated = JSON.parse((await espalierHere(folder, 'evaluate', 'run', '--json')).stdout);
    const right = rows.filter((row) => row.class === row.label).length;
    expect(right / 50).toBe(evaluated[0].accuracy);
    // The loss is the mean of -log of the label's probability, which these are where the answer is right.
    for (const { probability } of rows) expect(probability).toBeGreaterThanOrEqual(1 / 3);
  });

  it('gives the same as CSV, on data and engines of choice', async () => {
    const rows = JSON.parse((await predict('run', '--json')).stdout);
    const lines = (await predict('run')).stdout.trim().split('\n');
    expect(lines[0]).toBe('example,class,probability,label');
    expect(lines.slice(1)).toEqual(rows.map((row: object) => Object.values(row).join(',')));
    const other = JSON.parse(
      (await predict('run', '--engine', 'reference', '--set', 'data.test=60', '--json')).stdout,
    );
    expect(other).toHaveLength(60);
    expect(other[0].probability).toBeCloseTo(rows[0].probability, 5);
  });

  it('refuses what is not there', async () => {
    expect(await refusal(folder, predict('run', '--split', 'tset'))).toMatch(
      /UNKNOWN_DATA\] .*no split "tset"\. Did you mean "test"/,
    );
    expect(await refusal(folder, predict('walk'))).toMatch(
      /UNREADABLE_FILE\] walk: there is no such directory/,
    );
  });
});
