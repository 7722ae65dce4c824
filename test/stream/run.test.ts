import { isRunEnd, isStep, type NamedObserver, type TrainEvent, type Trainer } from '@espalier/core';
import { filter, lastValueFrom, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, eventsOf, macrotask, nonZerosOf, rejection } from './support/inspect.js';
import { SlowEngine } from './support/slow-engine.js';
import { tinyRun } from './support/tiny-run.js';

const atStep = (step: number, action: () => void) => (event: TrainEvent) => {
  if (isStep(event) && event.step === step) action();
};

describe('run()', () => {
  it('resolves with what came of the run', async () => {
    const { trainer } = await tinyRun();
    expect(await trainer.run()).toEqual({ outcome: 'completed', steps: 18, topologyUpdates: 4 });
  });

  it('takes no step where the signal is aborted already, and goes on when it is called again', async () => {
    const { trainer } = await tinyRun();
    expect(await trainer.run(AbortSignal.abort())).toEqual({
      outcome: 'stopped',
      steps: 0,
      topologyUpdates: 0,
    });
    expect(await trainer.run()).toMatchObject({ outcome: 'completed', steps: 18 });
  });

  it('stops at the next step boundary when the signal aborts, update and all', async () => {
    const { trainer, engine, start } = await tinyRun();
    const abort = new AbortController();
    trainer.events.subscribe(atStep(8, () => abort.abort()));
    expect(await trainer.run(abort.signal)).toEqual({ outcome: 'stopped', steps: 9, topologyUpdates: 2 });
    expect(nonZerosOf(engine)).toBe(start.budget);
  });

  it('gives the same bytes stopped and continued as uninterrupted', async () => {
    const whole = await tinyRun();
    await whole.trainer.run();
    const { trainer, engine } = await tinyRun();
    for (const step of [1, 4, 11]) {
      const abort = new AbortController();
      const listening = trainer.events.subscribe(atStep(step, () => abort.abort()));
      expect(await trainer.run(abort.signal)).toMatchObject({ outcome: 'stopped', steps: step + 1 });
      listening.unsubscribe();
    }
    await trainer.run();
    expect(await bytesOf(engine)).toEqual(await bytesOf(whole.engine));
  });

  it('says completed when the signal aborts in the last step: nothing is left to stop', async () => {
    const { trainer } = await tinyRun();
    const abort = new AbortController();
    trainer.events.subscribe(atStep(17, () => abort.abort()));
    expect(await trainer.run(abort.signal)).toMatchObject({ outcome: 'completed', steps: 18 });
  });

  it('says completed also where an observer measures something at the very end', async () => {
    const last: NamedObserver = {
      name: 'last word',
      observer: { observe: (event, measure) => isRunEnd(event) && measure('end', event.step) },
    };
    const { trainer } = await tinyRun({ observers: [last] });
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
  });

  it('leaves no listener on the signal', async () => {
    const { trainer } = await tinyRun();
    const abort = new AbortController();
    trainer.events.subscribe(atStep(2, () => trainer.stop()));
    await trainer.run(abort.signal);
    trainer.events.subscribe(atStep(4, () => abort.abort()));
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
  });

  it('rejects with the error that ended the run', async () => {
    const { trainer } = await tinyRun();
    trainer.hooks.on('step:after', ({ step }) => {
      if (step === 3) throw new Error('not this one');
    });
    const { explanation } = await rejection('ESPALIER_HOOK_THREW', trainer.run());
    expect(explanation).toContain('not this one');
  });

  it('is refused while another run is going, which an aborted signal does not stop', async () => {
    const { trainer } = await tinyRun();
    const first = trainer.run();
    await rejection('ESPALIER_TRAINER_BUSY', trainer.run(AbortSignal.abort()));
    expect(await first).toMatchObject({ outcome: 'completed' });
  });
});

describe('stop()', () => {
  it('ends a stream with outcome stopped, and train() goes on', async () => {
    const { trainer } = await tinyRun();
    trainer.events.subscribe(atStep(5, () => trainer.stop()));
    expect((await eventsOf(trainer)).at(-1)).toEqual({
      type: 'run:end',
      step: 6,
      topologyUpdates: 1,
      outcome: 'stopped',
    });
    expect((await eventsOf(trainer)).at(-1)).toMatchObject({ step: 18, outcome: 'completed' });
  });

  it('does nothing to a run that comes later', async () => {
    const { trainer } = await tinyRun();
    trainer.stop();
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
  });
});

describe('pause()', () => {
  it('waits at the next step boundary until resume(), and changes nothing in the result', async () => {
    const whole = await tinyRun();
    await whole.trainer.run();
    const { trainer, engine } = await tinyRun();
    trainer.events.subscribe(atStep(4, () => trainer.pause()));
    const run = trainer.run();
    for (let turn = 0; turn < 20; turn++) await macrotask();
    expect(trainer.step).toBe(5);
    expect(trainer.topologyUpdates).toBe(1);
    trainer.resume();
    expect(await run).toMatchObject({ outcome: 'completed', steps: 18 });
    expect(await bytesOf(engine)).toEqual(await bytesOf(whole.engine));
  });

  it('before the run lets it begin without a step', async () => {
    const { trainer } = await tinyRun();
    trainer.pause();
    trainer.pause();
    const run = trainer.run();
    for (let turn = 0; turn < 5; turn++) await macrotask();
    expect(trainer.step).toBe(0);
    trainer.resume();
    expect(await run).toMatchObject({ steps: 18 });
  });

  it.each([
    ['stop()', (_: AbortController, trainer: Trainer) => trainer.stop()],
    ['the signal', (abort: AbortController) => abort.abort()],
  ])('gives way to %s', async (_, end) => {
    const { trainer } = await tinyRun();
    const abort = new AbortController();
    trainer.events.subscribe(atStep(2, () => trainer.pause()));
    const run = trainer.run(abort.signal);
    for (let turn = 0; turn < 5; turn++) await macrotask();
    end(abort, trainer);
    expect(await run).toMatchObject({ outcome: 'stopped', steps: 3 });
  });

  it('gives way to unsubscribing, and does not hold the next run', async () => {
    const { trainer } = await tinyRun();
    trainer.events.subscribe(atStep(2, () => trainer.pause()));
    const subscription = trainer.train().subscribe();
    for (let turn = 0; turn < 5; turn++) await macrotask();
    subscription.unsubscribe();
    await trainer.idle;
    expect(trainer.step).toBe(3);
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
  });

  it('can come again after resume()', async () => {
    const { trainer } = await tinyRun();
    const paused: number[] = [];
    trainer.events.pipe(filter(isStep)).subscribe(({ step }) => {
      if (step % 5 !== 0) return;
      trainer.pause();
      setImmediate(() => {
        paused.push(trainer.step);
        trainer.resume();
      });
    });
    await trainer.run();
    expect(paused).toEqual([1, 6, 11, 16]);
  });

  it('without a run to resume is harmless', async () => {
    const { trainer } = await tinyRun();
    trainer.resume();
    expect(await trainer.run()).toMatchObject({ outcome: 'completed' });
  });
});

describe('idle', () => {
  it('resolves at once where nothing ever ran', async () => {
    const { trainer } = await tinyRun();
    await trainer.idle;
    expect(trainer.step).toBe(0);
  });

  it('resolves when the step in flight is committed and the observers are closed', async () => {
    const order: string[] = [];
    const closing: NamedObserver = {
      name: 'file',
      observer: {
        observe: (event) => void order.push(event.type),
        close: async () => {
          await macrotask();
          order.push('closed');
        },
      },
    };
    let engine: SlowEngine | undefined;
    const { trainer } = await tinyRun({
      observers: [closing],
      around: (inner) => {
        engine = new SlowEngine(inner);
        return engine;
      },
    });
    const subscription = trainer.train().subscribe();
    await macrotask();
    expect(engine?.busy).toBe(true);
    subscription.unsubscribe();
    await trainer.idle;
    expect(engine?.busy).toBe(false);
    expect(trainer.step).toBe(1);
    expect(order).toEqual(['run:start', 'warning', 'step', 'run:end', 'closed']);
  });

  it('is not reached by a run that completes before its observers have closed', async () => {
    let closed = false;
    const closing: NamedObserver = {
      name: 'file',
      observer: {
        observe: () => {},
        close: async () => {
          await macrotask();
          closed = true;
        },
      },
    };
    const { trainer } = await tinyRun({ observers: [closing] });
    await trainer.run();
    expect(closed).toBe(true);
  });

  it.each([
    ['a hook', 'ESPALIER_HOOK_THREW'],
    ['an observer', 'ESPALIER_OBSERVER_THREW'],
    ['closing an observer', 'ESPALIER_OBSERVER_THREW'],
  ] as const)('rejects with an error of %s that comes after unsubscribing', async (who, code) => {
    let left = false;
    const boom = () => {
      if (left) throw new Error('too late');
    };
    const observer: NamedObserver['observer'] = {
      observe: who === 'an observer' ? boom : () => {},
      close: who === 'closing an observer' ? boom : () => {},
    };
    const { trainer } = await tinyRun({ observers: [{ name: 'late', observer }] });
    // Step 4 ends with an update, so that there is something after its event in which to fail.
    if (who === 'a hook') trainer.hooks.on('update:before', boom);
    await lastValueFrom(
      trainer.train().pipe(
        filter((event) => isStep(event) && event.step === 4),
        tap(() => {
          left = true;
        }),
        take(1),
      ),
    );
    const { explanation } = await rejection(code, trainer.idle);
    expect(explanation).toContain('too late');
  });

  it('does not reject with an error that a subscriber was told', async () => {
    const { trainer } = await tinyRun();
    trainer.hooks.on('step:before', () => {
      throw new Error('told');
    });
    await rejection('ESPALIER_HOOK_THREW', trainer.run());
    await expect(trainer.idle).resolves.toBeUndefined();
  });
});

describe('evaluate()', () => {
  it('measures the present network on a split', async () => {
    const { trainer } = await tinyRun();
    const before = await trainer.evaluate();
    expect(before).toMatchObject({ type: 'evaluation', step: 0, epoch: 0, split: 'test', examples: 9 });
    await trainer.run();
    const after = await trainer.evaluate('test');
    expect(after).toMatchObject({ step: 18, epoch: 2 });
    expect(after.loss).toBeLessThan(before.loss);
    expect(after.accuracy! * 9).toBeCloseTo(Math.round(after.accuracy! * 9));
  });

  it('is refused while the network is trained', async () => {
    const { trainer } = await tinyRun();
    const run = trainer.run();
    await rejection('ESPALIER_TRAINER_BUSY', trainer.evaluate());
    await run;
    expect(await trainer.evaluate()).toHaveProperty('loss');
  });

  it('knows the splits of its data set', async () => {
    const { trainer } = await tinyRun();
    const { explanation } = await rejection('ESPALIER_UNKNOWN_DATA', trainer.evaluate('tset'));
    expect(explanation).toBe(
      'The data set "synthetic" has no split "tset". Did you mean "test"? Known: test.',
    );
  });
});

describe('dispose()', () => {
  it('is harmless twice, one after the other or at once', async () => {
    const { trainer } = await tinyRun();
    await trainer.run();
    await Promise.all([trainer.dispose(), trainer.dispose()]);
    await trainer.dispose();
    await expect(async () => trainer.engine.save()).rejects.toThrow('ESPALIER_DISPOSED');
  });

  it('before any run frees the engine', async () => {
    const { trainer } = await tinyRun();
    await trainer.dispose();
    await expect(async () => trainer.engine.save()).rejects.toThrow('ESPALIER_DISPOSED');
  });

  it('during a run stops it, waits for the step in flight, and frees the engine then', async () => {
    const { trainer } = await tinyRun({ around: (inner) => new SlowEngine(inner) });
    const events = eventsOf(trainer);
    await macrotask();
    const disposed = trainer.dispose();
    expect((await events).at(-1)).toMatchObject({ type: 'run:end', step: 1, outcome: 'stopped' });
    await disposed;
    await expect(async () => trainer.engine.save()).rejects.toThrow('ESPALIER_DISPOSED');
  });

  it('during a pause ends the run', async () => {
    const { trainer } = await tinyRun();
    trainer.pause();
    const run = trainer.run();
    await macrotask();
    await trainer.dispose();
    expect(await run).toMatchObject({ outcome: 'stopped', steps: 0 });
  });

  it('refuses use at once, even while the step in flight is waited for', async () => {
    const { trainer } = await tinyRun({ around: (inner) => new SlowEngine(inner) });
    const run = trainer.run();
    await macrotask();
    const disposed = trainer.dispose();
    await rejection('ESPALIER_DISPOSED', trainer.run());
    await rejection('ESPALIER_DISPOSED', lastValueFrom(trainer.train()));
    await rejection('ESPALIER_DISPOSED', trainer.evaluate());
    await disposed;
    await run;
    await rejection('ESPALIER_DISPOSED', trainer.run());
  });

  it('does not fail because the run did', async () => {
    const { trainer } = await tinyRun();
    trainer.hooks.on('step:before', () => {
      throw new Error('broken');
    });
    await rejection('ESPALIER_HOOK_THREW', trainer.run());
    await trainer.dispose();
    await expect(async () => trainer.engine.save()).rejects.toThrow('ESPALIER_DISPOSED');
  });
});
