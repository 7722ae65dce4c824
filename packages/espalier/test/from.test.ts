import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineState, StateTensor } from '@espalier/core';
import { readModel } from '@espalier/runs';
import { createTrainer, type TrainerConfig } from 'espalier';
import { beforeAll, describe, expect, it } from 'vitest';

const KERNELS = ['dense_1/kernel', 'dense_2/kernel'];
const folder = mkdtempSync(join(tmpdir(), 'espalier-from-'));
const small: TrainerConfig = {
  engine: 'reference',
  data: { use: 'synthetic', inputShape: [12], classes: 4, train: 60, test: 20 },
  architecture: { use: 'mlp', layers: [12, 20, 4] },
  train: { epochs: 2, batchSize: 10 },
  baseDirectory: folder,
};
// Weights pass through float32 where they start a run; the reference engine keeps float64.
const single = (tensor: StateTensor) => ({ ...tensor, data: Float32Array.from(tensor.data) });
const saved = (run: string, file: string) =>
  readModel(join(folder, run, `${file}.safetensors`)).state.parameters;
const trained = (run: string, file = 'model') =>
  Object.fromEntries(Object.entries(saved(run, file)).map(([name, tensor]) => [name, single(tensor)]));

/** The state that a run begins with. */
async function beginning(config: TrainerConfig): Promise<EngineState['parameters']> {
  const trainer = await createTrainer({ ...small, method: 'static', ...config });
  const { parameters } = await trainer.engine.save();
  await trainer.dispose();
  return Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, single(tensor)]));
}

const active = ({ positions, data }: StateTensor) => [...(positions ?? data.keys())];

beforeAll(async () => {
  for (const [name, method, density] of [
    ['dense', 'dense', 1],
    ['sparse', 'set', 0.3],
  ] as const) {
    const trainer = await createTrainer({ ...small, method, sparsity: { density }, out: join(folder, name) });
    await trainer.run();
    await trainer.dispose();
  }
});

describe('a run from trained weights', () => {
  it('keeps the largest of a dense run, as many as its own allocator says', async () => {
    const start = await beginning({ from: 'dense', sparsity: { density: 0.2 } });
    const kept = KERNELS.map((name) => active(start[name]!).length);
    expect(kept[0]! + kept[1]!).toBe(Math.round(0.2 * (12 * 20 + 20 * 4)));
    for (const name of KERNELS) {
      const before = trained('dense')[name]!.data;
      const { data } = start[name]!;
      const least = Math.min(...data.map(Math.abs));
      expect(before.filter((value) => Math.abs(value) > least)).toHaveLength(data.length - 1);
      expect([...data]).toEqual(active(start[name]!).map((p) => before[p]));
    }
    expect(start['dense_1/bias']!.data).toEqual(trained('dense')['dense_1/bias']!.data);
  });

  it('rewinds to what the dense run began with, where the largest weights are now', async () => {
    const config = { sparsity: { density: 0.2 } };
    const ticket = await beginning({ ...config, from: { directory: 'dense', rewind: true } });
    const kept = await beginning({ ...config, from: 'dense' });
    const first = await beginning({ method: 'dense' });
    for (const name of KERNELS) {
      expect(active(ticket[name]!)).toEqual(active(kept[name]!));
      expect([...ticket[name]!.data]).toEqual(active(ticket[name]!).map((p) => first[name]!.data[p]));
      expect([...ticket[name]!.data]).not.toEqual([...kept[name]!.data]);
    }
    expect(ticket['dense_1/bias']!.data).toEqual(first['dense_1/bias']!.data);
  });

  it('takes a topology as it is given, whatever the density', async () => {
    const start = await beginning({
      from: { directory: 'sparse', topology: 'given' },
      sparsity: { density: 0.9 },
    });
    for (const name of KERNELS) expect(start[name]).toEqual(trained('sparse')[name]);
  });

  it('fills up with zeros where it may have more weights than there are', async () => {
    const start = await beginning({ from: 'sparse', sparsity: { density: 0.5 } });
    for (const name of KERNELS) {
      const before = new Map(
        active(trained('sparse')[name]!).map((p, i) => [p, trained('sparse')[name]!.data[i]!]),
      );
      const positions = active(start[name]!);
      expect(positions.length).toBeGreaterThan(before.size);
      expect(positions.filter((p) => before.has(p))).toHaveLength(before.size);
      expect([...start[name]!.data]).toEqual(positions.map((p) => before.get(p) ?? 0));
    }
  });

  it('goes on from the best weights where they were kept', async () => {
    const out = join(folder, 'judged');
    const data = { ...(small.data as object), validation: 0.2 } as TrainerConfig['data'];
    const config = { ...small, data, train: { epochs: 4, batchSize: 10, best: {} }, out } as TrainerConfig;
    const trainer = await createTrainer(config);
    await trainer.run();
    await trainer.dispose();
    const start = await beginning({ from: { directory: 'judged', topology: 'given', weights: 'best' } });
    for (const name of KERNELS) expect(start[name]).toEqual(trained('judged', 'best')[name]);
  });

  it('says what does not fit', async () => {
    const wide = { use: 'mlp', layers: [12, 30, 4] };
    await expect(beginning({ from: 'dense', architecture: wide })).rejects.toThrow(
      /ESPALIER_DATA_SHAPE.*"dense_1\/kernel" is \[12, 30\].*as \[12, 20\]/,
    );
    const deeper = { use: 'mlp', layers: [12, 20, 4, 4] };
    await expect(beginning({ from: 'dense', architecture: deeper })).rejects.toThrow(/has no such layer/);
    await expect(beginning({ from: 'nowhere' })).rejects.toThrow(/ESPALIER_UNREADABLE_FILE.*nowhere/);
    await expect(beginning({ from: { directory: 'dense', weights: 'best' } })).rejects.toThrow(
      /best\.safetensors/,
    );
  });
});
