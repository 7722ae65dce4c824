import {
  isEvaluation,
  isMetric,
  isRunEnd,
  isStep,
  type Measure,
  type NamedObserver,
  type TrainEvent,
} from '@espalier/core';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventsOf, linesOf, macrotask, namesOf, rejection } from './support/inspect.js';
import { tinyRun } from './support/tiny-run.js';

const observer = (
  name: string,
  observe: (event: TrainEvent, measure: Measure) => void,
  close?: () => void | Promise<void>,
): NamedObserver => ({ name, observer: close === undefined ? { observe } : { observe, close } });

/** An observer that keeps what it sees. */
function keeper(name: string) {
  const seen: TrainEvent[] = [];
  let closed = 0;
  const named = observer(
    name,
    (event) => void seen.push(event),
    () => {
      closed++;
    },
  );
  return { named, seen, closings: () => closed };
}

describe('observers', () => {
  it('see every event of the stream, in order', async () => {
    const { named, seen } = keeper('keeper');
    const { trainer } = await tinyRun({ observers: [named] });
    expect(linesOf(await eventsOf(trainer))).toBe(linesOf(seen));
  });

  it('see each event before the next observer and the subscriber do', async () => {
    const order: string[] = [];
    const { trainer } = await tinyRun({
      observers: ['a', 'b'].map((name) => observer(name, (event) => isRunEnd(event) && order.push(name))),
    });
    trainer.events.subscribe((event) => isRunEnd(event) && order.push('events'));
    await new Promise<void>((complete) => {
      trainer.train().subscribe({ next: (event) => isRunEnd(event) && order.push('train'), complete });
    });
    expect(order).toEqual(['a', 'b', 'events', 'train']);
  });

  it('change nothing in the run', async () => {
    const { trainer } = await tinyRun({ observers: [keeper('keeper').named] });
    const { trainer: alone } = await tinyRun();
    expect(linesOf(await eventsOf(trainer))).toBe(linesOf(await eventsOf(alone)));
  });
});

describe('measurements', () => {
  it('become metric events with the name of their observer, right after what they answer', async () => {
    const { trainer } = await tinyRun({
      observers: [
        observer('losses', (event, measure) => {
          if (!isEvaluation(event)) return;
          measure('error', 1 - event.accuracy!);
          measure('layers', [1, 2]);
        }),
      ],
    });
    const events = await eventsOf(trainer);
    const at = events.findIndex(isEvaluation);
    const evaluation = events[at] as Extract<TrainEvent, { type: 'evaluation' }>;
    expect(events.slice(at + 1, at + 3)).toEqual([
      { type: 'metric', step: 5, observer: 'losses', name: 'error', value: 1 - evaluation.accuracy! },
      { type: 'metric', step: 5, observer: 'losses', name: 'layers', value: [1, 2] },
    ]);
    expect(events.filter(isMetric)).toHaveLength(6);
  });

  it('are shown to all observers, the one who measured included', async () => {
    const { named, seen } = keeper('log');
    const { named: own, seen: seenByOwn } = keeper('losses');
    const { trainer } = await tinyRun({
      observers: [
        named,
        observer('losses', (event, measure) => {
          own.observer.observe(event, measure);
          if (isStep(event)) measure('doubled', 2 * event.loss);
        }),
      ],
    });
    const events = await eventsOf(trainer);
    expect(events.filter(isMetric)).toHaveLength(18);
    expect(linesOf(seen)).toBe(linesOf(events));
    expect(linesOf(seenByOwn)).toBe(linesOf(events));
  });

  it('in answer to measurements are an error, not a run that never ends', async () => {
    const { trainer } = await tinyRun({
      observers: [observer('eager', (event, measure) => measure('type', event.type.length))],
    });
    const { explanation } = await rejection('ESPALIER_OBSERVER_THREW', trainer.run());
    expect(explanation).toContain('"eager" threw: it measured "type" in answer to a metric event');
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [[1, Number.NaN]]])(
    'of %s are an error: no JSON holds them',
    async (value) => {
      const { trainer } = await tinyRun({
        observers: [observer('odd', (event, measure) => isStep(event) && measure('ratio', value))],
      });
      const { explanation } = await rejection('ESPALIER_OBSERVER_THREW', trainer.run());
      expect(explanation).toMatch(/"odd" threw: it measured "ratio" as (NaN|Infinity)/);
    },
  );
});

describe('an observer that throws', () => {
  const boom = new RangeError('the disk is gone');
  const broken = observer('broken', (event) => {
    if (isStep(event) && event.step === 3) throw boom;
  });

  it('ends the run with an error that names it', async () => {
    const { trainer } = await tinyRun({ observers: [broken] });
    const error = await rejection('ESPALIER_OBSERVER_THREW', lastValueFrom(trainer.train()));
    expect(error.explanation).toBe('The observer "broken" threw: the disk is gone');
    expect(error.cause).toBe(boom);
  });

  it('lets everybody have what came before, and nothing after', async () => {
    const { named, seen } = keeper('log');
    const { trainer } = await tinyRun({ observers: [named, broken] });
    const heard: TrainEvent[] = [];
    await new Promise((resolve) => {
      trainer.train().subscribe({ next: (event) => heard.push(event), error: resolve });
    });
    expect(namesOf(heard).at(-1)).toBe('step 2');
    expect(namesOf(seen).at(-1)).toBe('step 3');
  });

  it('leaves the others to be closed, and is closed itself', async () => {
    const first = keeper('first');
    const last = keeper('last');
    let closed = 0;
    const closing = observer('broken', broken.observer.observe, () => {
      closed++;
    });
    const { trainer } = await tinyRun({ observers: [first.named, closing, last.named] });
    await rejection('ESPALIER_OBSERVER_THREW', trainer.run());
    expect([first.closings(), closed, last.closings()]).toEqual([1, 1, 1]);
  });
});

describe('closing', () => {
  it('happens once, after the last event, and is waited for', async () => {
    const order: string[] = [];
    const { trainer } = await tinyRun({
      observers: [
        observer(
          'file',
          (event) => isRunEnd(event) && order.push('run:end'),
          async () => {
            await macrotask();
            order.push('closed');
          },
        ),
      ],
    });
    await trainer.run();
    order.push('resolved');
    expect(order).toEqual(['run:end', 'closed', 'resolved']);
  });

  it('happens at every stop, so that files are complete while a run stands still', async () => {
    const { named, closings } = keeper('log');
    const { trainer } = await tinyRun({ observers: [named] });
    trainer.events.subscribe((event) => isStep(event) && event.step === 3 && trainer.stop());
    await trainer.run();
    expect(closings()).toBe(1);
    await trainer.run();
    expect(closings()).toBe(2);
  });

  it('that fails fails the run, naming the observer, and the others are closed all the same', async () => {
    const last = keeper('last');
    const failing = observer(
      'file',
      () => {},
      async () => {
        throw new Error('no space left');
      },
    );
    const { trainer } = await tinyRun({ observers: [failing, last.named] });
    const events: TrainEvent[] = [];
    trainer.events.subscribe((event) => events.push(event));
    const { explanation } = await rejection(
      'ESPALIER_OBSERVER_THREW',
      lastValueFrom(trainer.train().pipe(toArray())),
    );
    expect(explanation).toBe('The observer "file" threw: no space left');
    expect(events.at(-1)).toMatchObject({ type: 'run:end', outcome: 'completed' });
    expect(last.closings()).toBe(1);
  });

  it('that fails after another error leaves that error to be told', async () => {
    const failing = observer(
      'file',
      () => {},
      () => {
        throw new Error('no space left');
      },
    );
    const { trainer } = await tinyRun({ observers: [failing] });
    trainer.hooks.on('step:after', () => {
      throw new Error('the first error');
    });
    const { explanation } = await rejection('ESPALIER_HOOK_THREW', trainer.run());
    expect(explanation).toContain('the first error');
  });
});
