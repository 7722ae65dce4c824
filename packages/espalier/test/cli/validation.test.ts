import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModel, readSummary } from '@espalier/runs';
import { expect, it } from 'vitest';
import { train } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'espalier-validation-'));
const parameters = (file: string) => readModel(join(folder, 'early', `${file}.safetensors`)).state.parameters;

it('a run ends early and keeps its best weights', async () => {
  const flags = ['--validation', '0.2', '--patience', '1', '--learning-rate', '1', '--epochs', '40'];
  expect(await train(folder, ...flags, '-o', 'early')).toMatchObject({ code: 0 });
  const summary = readSummary(join(folder, 'early/summary.json'));
  expect(summary).toMatchObject({ outcome: 'early-stopped', best: { split: 'validation', metric: 'loss' } });
  expect(Object.keys(parameters('best'))).toEqual(Object.keys(parameters('model')));
}, 60_000);

it('the best weights need a validation split', async () => {
  const { code, stderr } = await train(folder, '--keep-best', '-o', 'unsplit');
  expect(code).toBe(1);
  expect(stderr).toMatch(/ESPALIER_UNKNOWN_DATA.*no split "validation"/);
}, 60_000);
