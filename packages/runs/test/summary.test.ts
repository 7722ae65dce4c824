import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSummary, SummaryCollector, writeSummary } from '@espalier/runs';
import { describe, expect, it } from 'vitest';
import { evaluation, RUN_START, runEnd, stepEvent, UPDATE } from './events.js';
import { temporaryDirectory } from './temporary.js';

const FACTS = {
  version: '1.2.3',
  architecture: { use: 'mlp', layers: [4, 5, 2] },
  data: { use: 'synthetic' },
  inputShape: [4],
  command: 'espalier train --seed 3',
};

/** A collector on a clock that only the test moves. */
function collector() {
  const clock = { now: 1000 };
  return { clock, summary: new SummaryCollector(FACTS, () => clock.now) };
}

describe('SummaryCollector', () => {
  it('says what the run was and became', () => {
    const { summary, clock } = collector();
    summary.observe(RUN_START);
    for (let step = 0; step < 4; step++) summary.observe(stepEvent(step));
    summary.observe(UPDATE);
    summary.observe(evaluation(0.25));
    summary.observe(evaluation(0.75));
    clock.now += 1500;
    summary.observe(runEnd('completed'));
    clock.now += 99999;
    expect(summary.summary()).toEqual({
      ...FACTS,
      outcome: 'completed',
      method: 'set',
      recipe: RUN_START.recipe,
      engine: RUN_START.engine,
      seed: 3,
      density: { requested: 0.5, actual: 0.5 },
      budget: 8,
      layers: [
        { name: 'fc1/kernel', shape: [4, 5], size: 20, nonZerosStart: 10, nonZerosEnd: 8 },
        { name: 'fc2/kernel', shape: [5, 2], size: 10, nonZerosStart: 10, nonZerosEnd: 10 },
      ],
      steps: 4,
      topologyUpdates: 1,
      metrics: { test: { accuracy: 0.75, loss: 0.5 } },
      seconds: {
        total: 1.5,
        stepMedian: null,
        topologyUpdateMedian: null,
        training: 0,
        topologyUpdates: 0,
        evaluation: 0,
      },
      peakRssBytes: expect.any(Number),
    });
    expect(summary.summary()!.peakRssBytes).toBeGreaterThan(10 * 2 ** 20);
  });

  it('says why the engine was taken, where there is something to say', () => {
    for (const engineNotes of [[], ['Passed over engine "sparse".']]) {
      const summary = new SummaryCollector({ ...FACTS, engineNotes });
      summary.observe(RUN_START);
      const notes = engineNotes.length === 0 ? {} : { notes: engineNotes };
      expect(summary.summary()?.engine).toEqual({ ...RUN_START.engine, ...notes });
    }
  });

  it('keeps the last of what every observer measured, and reads it back', () => {
    const { summary } = collector();
    summary.observe(RUN_START);
    const measure = (observer: string, name: string, value: number | readonly number[], step = 0) =>
      summary.observe({ type: 'metric', step, observer, name, value });
    measure('flops', 'inference', 10);
    measure('flops', 'inference-by-layer', [4, 6]);
    measure('other', 'inference', 3);
    measure('flops', 'inference', 20, 5);
    const measured = { flops: { inference: 20, 'inference-by-layer': [4, 6] }, other: { inference: 3 } };
    expect(summary.summary()).toMatchObject({ measured });
    const file = join(temporaryDirectory(), 'summary.json');
    writeSummary(file, summary.summary()!);
    expect(readSummary(file).measured).toEqual(measured);
  });

  it('has nothing to say before the run starts, and calls a run without an end failed', () => {
    const { summary } = collector();
    expect(summary.summary()).toBeUndefined();
    summary.observe(RUN_START);
    expect(summary.summary()!.outcome).toBe('failed');
  });

  it('counts the time of a continued run without the pause', () => {
    const { summary, clock } = collector();
    summary.observe(RUN_START);
    clock.now += 1000;
    summary.observe(runEnd('stopped'));
    clock.now += 50000;
    summary.observe({ ...RUN_START, step: 2 });
    clock.now += 2000;
    expect(summary.summary()).toMatchObject({ outcome: 'failed', seconds: { total: 3 } });
  });

  it('takes medians over steps without update after the first ten', () => {
    const { summary, clock } = collector();
    const step = (milliseconds: number): void => {
      summary.stepBefore();
      clock.now += milliseconds;
      summary.stepAfter();
    };
    const update = (milliseconds: number): void => {
      summary.updateBefore();
      clock.now += milliseconds;
      summary.updateAfter();
    };
    summary.observe(RUN_START);
    for (let i = 0; i < 10; i++) step(9999);
    expect(summary.summary()!.seconds.stepMedian).toBeNull();
    step(30);
    step(5000);
    update(400);
    step(10);
    step(5000);
    update(200);
    step(20);
    expect(summary.summary()!.seconds).toMatchObject({ stepMedian: 0.02, topologyUpdateMedian: 0.3 });
  });

  it('leaves out steps that have their update inside', () => {
    const { summary, clock } = collector();
    for (let i = 0; i < 30; i++) {
      summary.stepBefore();
      clock.now += 10;
      if (i % 2 === 1) {
        summary.updateBefore();
        clock.now += 1000;
        summary.updateAfter();
      }
      summary.stepAfter();
    }
    summary.observe(RUN_START);
    expect(summary.summary()!.seconds).toMatchObject({ stepMedian: 0.01, topologyUpdateMedian: 1 });
  });
});

describe('the time of each phase', () => {
  it('is counted in full, warm-up included, and pauses in none', () => {
    const { summary, clock } = collector();
    const spend = (milliseconds: number): void => {
      clock.now += milliseconds;
    };
    summary.observe(RUN_START);
    for (let step = 0; step < 2; step++) {
      spend(5000);
      summary.stepBefore();
      spend(30);
      summary.stepAfter();
      summary.updateBefore();
      spend(400);
      summary.updateAfter();
      summary.observe(stepEvent(step));
      spend(70);
      summary.observe(evaluation(0.5));
      summary.observe(evaluation(0.5));
    }
    expect(summary.summary()!.seconds).toMatchObject({
      training: 0.06,
      topologyUpdates: 0.8,
      evaluation: 0.14,
    });
  });

  it('takes an update that happens inside a step out of it', () => {
    const { summary, clock } = collector();
    summary.observe(RUN_START);
    summary.stepBefore();
    clock.now += 10;
    summary.updateBefore();
    clock.now += 1000;
    summary.updateAfter();
    clock.now += 10;
    summary.stepAfter();
    expect(summary.summary()!.seconds).toMatchObject({ training: 0.02, topologyUpdates: 1, evaluation: 0 });
  });
});

describe('summary files', () => {
  const { summary } = collector();
  summary.observe(RUN_START);
  const whole = summary.summary()!;

  it('are read as they were written, and leave nothing beside them', () => {
    const directory = temporaryDirectory();
    writeSummary(join(directory, 'summary.json'), whole);
    expect(readSummary(join(directory, 'summary.json'))).toEqual(whole);
    expect(readdirSync(directory)).toEqual(['summary.json']);
  });

  it('may lack what earlier versions did not write', () => {
    const path = join(temporaryDirectory(), 'summary.json');
    const { command: _, inputShape: __, ...older } = whole;
    const { total, stepMedian, topologyUpdateMedian } = whole.seconds;
    const written = { ...older, seconds: { total, stepMedian, topologyUpdateMedian } };
    writeFileSync(path, JSON.stringify(written));
    expect(readSummary(path)).toEqual(written);
  });

  it('may have more keys, from a later version', () => {
    const path = join(temporaryDirectory(), 'summary.json');
    writeFileSync(path, JSON.stringify({ ...whole, later: true }));
    expect(readSummary(path)).toMatchObject({ later: true });
  });

  it.each([
    ['{', 'JSON'],
    ['[]', 'the whole'],
    ['{}', 'version'],
    [JSON.stringify({ ...whole, steps: 'many' }), 'steps'],
  ])('are refused where they hold %.20s', (text, message) => {
    const path = join(temporaryDirectory(), 'summary.json');
    writeFileSync(path, text);
    expect(() => readSummary(path)).toThrow('ESPALIER_UNREADABLE_FILE');
    expect(() => readSummary(path)).toThrow(message);
  });
});
