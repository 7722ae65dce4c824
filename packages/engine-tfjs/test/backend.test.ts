import { EspalierError } from '@espalier/core';
import { chooseBackend } from '@espalier/engine-tfjs';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';

// One process chooses once, so these tests build on each other.
it('refuses a name that no backend has, offering the nearest', async () => {
  await expect(chooseBackend('wasmm' as 'wasm')).rejects.toThrow(/no backend "wasmm".*Did you mean "wasm"/);
});

it('takes the first backend that loads and says why others do not', async () => {
  const report = await chooseBackend();
  expect(report.tried.map(({ name }) => name)).toEqual(
    ['node-gpu', 'node', 'wasm', 'cpu'].slice(0, report.tried.length),
  );
  for (const { reason } of report.tried) expect(reason).toMatch(/^[^\n]+$/);
  expect(tf.getBackend()).toBe(report.backend.startsWith('node') ? 'tensorflow' : report.backend);
});

it('keeps to its choice', async () => {
  const report = await chooseBackend();
  expect(await chooseBackend(report.backend)).toBe(report);
  const other = report.backend === 'cpu' ? 'wasm' : 'cpu';
  const error = await chooseBackend(other).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(EspalierError);
  expect(error).toMatchObject({ code: 'ESPALIER_BACKEND_UNAVAILABLE' });
  expect(String(error)).toContain(`computes on "${report.backend}" already`);
});
