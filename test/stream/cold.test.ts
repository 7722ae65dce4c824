import { isStep, isTopologyUpdate, type TrainEvent } from '@espalier/core';
import { filter, lastValueFrom, share, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, eventsOf, linesOf, macrotask, namesOf, nonZerosOf, rejection } from './support/inspect.js';
import { tinyRun } from './support/tiny-run.js';

describe('train()', () => {
  it('does nothing before it is subscribed to', async () => {
    const { trainer, engine } = await tinyRun();
    const before = await bytesOf(engine);
    const heard: TrainEvent[] = [];
    trainer.events.subscribe((event) => heard.push(event));
    const stream = trainer.train();
    await macrotask();
    expect(heard).toEqual([]);
    expect(trainer.step).toBe(0);
    expect(await bytesOf(engine)).toEqual(before);
    await lastValueFrom(stream);
    expect(trainer.step).toBe(18);
  });

  it('does nothing inside the subscribing call, so that its caller misses no event', async () => {
    const { trainer } = await tinyRun();
    const heard: TrainEvent[] = [];
    const subscription = trainer.train().subscribe();
    trainer.events.subscribe((event) => heard.push(event));
    expect(trainer.step).toBe(0);
    await trainer.idle;
    expect(subscription.closed).toBe(true);
    expect(heard[0]?.type).toBe('run:start');
    expect(heard.filter(isStep)).toHaveLength(18);
  });

  it('completes after the last step', async () => {
    const { trainer } = await tinyRun();
    const events = await eventsOf(trainer);
    expect(events.at(-1)).toEqual({ type: 'run:end', step: 18, topologyUpdates: 4, outcome: 'completed' });
  });

  it('refuses a second subscription while it runs, which disturbs nothing', async () => {
    const { trainer } = await tinyRun();
    const { trainer: alone } = await tinyRun();
    const stream = trainer.train();
    const first = lastValueFrom(stream.pipe(toArray()));
    const { explanation } = await rejection('ESPALIER_TRAINER_BUSY', lastValueFrom(stream));
    expect(explanation).toContain('trainer.events, or share()');
    await rejection('ESPALIER_TRAINER_BUSY', lastValueFrom(trainer.train()));
    expect(linesOf(await first)).toBe(linesOf(await eventsOf(alone)));
  });

  it('can be started again from its own completion', async () => {
    const { trainer } = await tinyRun();
    const outcomes = await new Promise<string[]>((resolve) => {
      const seen: string[] = [];
      trainer.train().subscribe({
        next: (event) => event.type === 'step' && event.step === 2 && trainer.stop(),
        complete: () => {
          seen.push(`stopped at ${trainer.step}`);
          trainer.train().subscribe({
            complete: () => resolve([...seen, `completed at ${trainer.step}`]),
          });
        },
      });
    });
    expect(outcomes).toEqual(['stopped at 3', 'completed at 18']);
  });

  it('has nothing left to do once all steps are taken', async () => {
    const { trainer, engine } = await tinyRun();
    await eventsOf(trainer);
    const trained = await bytesOf(engine);
    expect(namesOf(await eventsOf(trainer))).toEqual(['run:start', 'run:end']);
    expect(await bytesOf(engine)).toEqual(trained);
  });
});

describe('unsubscribing', () => {
  it('before the first event takes no step', async () => {
    const { trainer, engine } = await tinyRun();
    const before = await bytesOf(engine);
    trainer.train().subscribe().unsubscribe();
    await trainer.idle;
    expect(trainer.step).toBe(0);
    expect(await bytesOf(engine)).toEqual(before);
  });

  // Step 4 ends with a topology update, step 5 with an epoch and an evaluation: leaving at their first event
  // must not leave the rest of the turn undone.
  it.each([0, 1, 4, 5, 11])(
    'at step %i completes that step, its update and evaluation, and no other',
    async (at) => {
      const { trainer, engine, start } = await tinyRun();
      const heard: TrainEvent[] = [];
      trainer.events.subscribe((event) => heard.push(event));
      await lastValueFrom(
        trainer.train().pipe(
          filter((event) => isStep(event) && event.step === at),
          take(1),
        ),
      );
      await trainer.idle;
      expect(trainer.step).toBe(at + 1);
      expect(nonZerosOf(engine)).toBe(start.budget);
      expect(heard.filter(isStep).at(-1)?.step).toBe(at);
      expect(heard.filter(isTopologyUpdate)).toHaveLength(Math.floor(at / 4));
      expect(heard.filter(({ type }) => type === 'evaluation')).toHaveLength(Math.floor((at + 1) / 6));
      expect(heard.at(-1)).toMatchObject({ type: 'run:end', step: at + 1, outcome: 'stopped' });
    },
  );

  it.each([
    ['rigl', { use: 'rigl', updateInterval: 4, updateEnd: 1 }],
    ['set', 'set'],
    ['ggr with accumulated gradients', { use: 'ggr', updateInterval: 4, updateEnd: 1, accumulate: 3 }],
  ])('anywhere and going on later gives the same bytes as never having stopped: %s', async (_, method) => {
    const whole = await tinyRun({ method });
    const wholeEvents = await eventsOf(whole.trainer);
    const broken = await tinyRun({ method });
    const heard: TrainEvent[] = [];
    broken.trainer.events.subscribe((event) => heard.push(event));
    while (broken.trainer.step < 18) {
      await lastValueFrom(broken.trainer.train().pipe(filter(isStep), take(1)));
      await broken.trainer.idle;
    }
    expect(await bytesOf(broken.engine)).toEqual(await bytesOf(whole.engine));
    const told = (events: readonly TrainEvent[]) =>
      linesOf(events.filter(({ type }) => type !== 'run:start' && type !== 'run:end'));
    expect(told(heard)).toBe(told(wholeEvents));
  });
});

describe('a run that is continued', () => {
  it('begins with a start event at the step where it goes on', async () => {
    const { trainer } = await tinyRun();
    await lastValueFrom(
      trainer.train().pipe(
        filter((event) => isStep(event) && event.step === 6),
        take(1),
      ),
    );
    await trainer.idle;
    const events = await eventsOf(trainer);
    expect(namesOf(events).slice(0, 2)).toEqual(['run:start', 'step 7']);
    expect(events[0]).toMatchObject({ type: 'run:start', step: 7, totalSteps: 18 });
    expect(events.at(-1)).toMatchObject({ type: 'run:end', topologyUpdates: 4, outcome: 'completed' });
  });

  it('says there what is active now, which a density schedule may have moved', async () => {
    const { trainer, start } = await tinyRun({
      density: 0.25,
      recipe: { densitySchedule: { use: 'cubic', start: 0.5, end: 1 }, pruneQuota: 'to-budget' },
    });
    await lastValueFrom(trainer.train().pipe(filter(isTopologyUpdate), take(1)));
    await trainer.idle;
    const [begin] = await eventsOf(trainer);
    if (begin?.type !== 'run:start') throw new Error(`a run began with ${begin?.type}`);
    expect(begin.budget).toBeLessThan(start.budget);
    expect(begin.budget).toBeGreaterThan(start.targetBudget);
    expect(begin.layers.reduce((sum, { nonZeros }) => sum + nonZeros, 0)).toBe(begin.budget);
    expect(begin.density).toEqual({ requested: 0.25, actual: begin.budget / 72 });
  });

  it('does not repeat the warnings that it began with', async () => {
    const { trainer } = await tinyRun();
    const first = await lastValueFrom(trainer.train().pipe(take(2), toArray()));
    await trainer.idle;
    expect(first[1]).toMatchObject({ type: 'warning', kind: 'few-updates' });
    expect((await eventsOf(trainer)).filter((e) => e.type === 'warning' && e.kind === 'few-updates')).toEqual(
      [],
    );
  });
});

describe('trainer.events', () => {
  it('is hot: it never starts work, and who comes late hears the rest', async () => {
    const { trainer } = await tinyRun();
    const early: TrainEvent[] = [];
    const late: TrainEvent[] = [];
    trainer.events.subscribe((event) => early.push(event));
    await macrotask();
    expect(trainer.step).toBe(0);
    await lastValueFrom(
      trainer.train().pipe(
        tap((event) => {
          if (isStep(event) && event.step === 15) trainer.events.subscribe((other) => late.push(other));
        }),
      ),
    );
    expect(early.filter(isStep)).toHaveLength(18);
    expect(namesOf(late.filter(isStep))).toEqual(['step 16', 'step 17']);
  });

  it('tells what train() tells, in the same order', async () => {
    const { trainer } = await tinyRun();
    const hot: TrainEvent[] = [];
    trainer.events.subscribe((event) => hot.push(event));
    expect(await eventsOf(trainer)).toEqual(hot);
  });

  it('does not stop a run when its listeners leave', async () => {
    const { trainer } = await tinyRun();
    trainer.events.pipe(take(3)).subscribe();
    await eventsOf(trainer);
    expect(trainer.step).toBe(18);
  });

  it('completes when the trainer is disposed, not when the run ends', async () => {
    const { trainer } = await tinyRun();
    let completed = false;
    trainer.events.subscribe({ complete: () => (completed = true) });
    await eventsOf(trainer);
    expect(completed).toBe(false);
    await trainer.dispose();
    expect(completed).toBe(true);
  });
});

describe('share()', () => {
  it('gives one run to many, and stops it when the last of them leaves', async () => {
    const { trainer } = await tinyRun();
    const shared = trainer.train().pipe(share());
    const few = lastValueFrom(shared.pipe(filter(isStep), take(3), toArray()));
    const more = lastValueFrom(shared.pipe(filter(isStep), take(9), toArray()));
    expect(await few).toEqual((await more).slice(0, 3));
    await trainer.idle;
    expect(trainer.step).toBe(9);
  });
});
