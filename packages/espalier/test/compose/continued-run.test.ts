import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEvents, readSummary, readTopology } from '@espalier/runs';
import { createTrainer, isStep } from 'espalier';
import { filter, lastValueFrom, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { SMALL } from '../support/configs.js';
import { temporaryDirectory } from '../support/temporary.js';

const CONFIG = { ...SMALL, method: 'rigl', trigger: { updateInterval: 2 }, train: { epochs: 3 } } as const;

/** Trains into a directory, stopped after some steps and then continued. */
async function trainInParts(out: string, engine: string, stops: readonly number[]): Promise<void> {
  const trainer = await createTrainer({ ...CONFIG, engine, out });
  for (const stop of stops) {
    const stopping = trainer.events.subscribe((event) => {
      if (event.type === 'step' && event.step + 1 === stop) trainer.stop();
    });
    const { outcome, steps } = await trainer.run();
    expect({ outcome, steps }).toEqual({ outcome: 'stopped', steps: stop });
    stopping.unsubscribe();
    expect(readSummary(join(out, 'summary.json'))).toMatchObject({ outcome: 'stopped', steps: stop });
    expect(readTopology(join(out, 'topology.bin')).updates).toBe(trainer.topologyUpdates);
  }
  expect(await trainer.run()).toMatchObject({ outcome: 'completed', steps: 21 });
  await trainer.dispose();
}

describe('a run that is stopped and continued', () => {
  it.each(['reference', 'tfjs', 'sparse'])('writes what an uninterrupted one writes: %s', async (engine) => {
    const directory = temporaryDirectory();
    const [whole, parts] = [join(directory, 'whole'), join(directory, 'parts')];
    await trainInParts(whole, engine, []);
    await trainInParts(parts, engine, [1, 5, 14]);
    for (const name of ['run.yaml', 'topology.bin', 'model.safetensors']) {
      expect(readFileSync(join(parts, name)).equals(readFileSync(join(whole, name))), name).toBe(true);
    }
    const told = [...readEvents(join(parts, 'events.jsonl'))];
    const pauses = told.filter(({ type }) => type === 'run:start' || type === 'run:end');
    expect(pauses.map(({ type, step }) => `${type} ${step}`)).toEqual([
      ...[
        'run:start 0',
        'run:end 1',
        'run:start 1',
        'run:end 5',
        'run:start 5',
        'run:end 14',
        'run:start 14',
        'run:end 21',
      ],
    ]);
    const between = ({ type }: { readonly type: string }) => type !== 'run:start' && type !== 'run:end';
    expect(told.filter(between)).toEqual([...readEvents(join(whole, 'events.jsonl'))].filter(between));
    const { seconds: _, peakRssBytes: __, ...summary } = readSummary(join(parts, 'summary.json'));
    expect(readSummary(join(whole, 'summary.json'))).toMatchObject(summary);
  });

  it('is complete on the disk when idle resolves, also after unsubscribing', async () => {
    const out = join(temporaryDirectory(), 'run');
    const trainer = await createTrainer({ ...CONFIG, out });
    await lastValueFrom(trainer.train().pipe(filter(isStep), take(5)));
    await trainer.idle;
    expect(readSummary(join(out, 'summary.json'))).toMatchObject({ outcome: 'stopped', steps: trainer.step });
    const steps = [...readEvents(join(out, 'events.jsonl'))].filter(isStep);
    expect(steps).toHaveLength(trainer.step);
    await trainer.dispose();
  });
});
