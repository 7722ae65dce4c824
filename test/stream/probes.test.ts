import type { Clock, MetricEvent, Observer, Probe, TrainEvent } from '@espalier/core';
import { expect, it } from 'vitest';
import { everyFour, tinyRun } from './support/tiny-run.js';

/** The metric events of a run with one probe. */
async function metricsOf(probe: Probe) {
  const observer: Observer = { observe: () => {}, probe };
  const { trainer } = await tinyRun({ method: everyFour, observers: [{ name: 'looker', observer }] });
  const events: TrainEvent[] = [];
  trainer.events.subscribe((event) => events.push(event));
  await trainer.run();
  await trainer.dispose();
  return events.filter((event): event is MetricEvent => event.type === 'metric');
}

it('a probe without needs looks before the first step, and after the updates it is due at', async () => {
  const asked: [number, boolean][] = [];
  let last: readonly number[][] = [];
  const metrics = await metricsOf({
    due(clock: Clock, updates: boolean) {
      asked.push([clock.step, updates]);
      return updates;
    },
    look(layers, _clock, measure) {
      const now = layers.map(({ active }) => [...active]);
      measure(
        'changed',
        now.map((positions, i) => Number(String(positions) !== String(last[i]))),
      );
      last = now;
    },
  });
  expect(asked.filter(([, updates]) => updates).map(([step]) => step)).toEqual([4, 8, 12, 16]);
  expect(asked.length).toBe(18);
  expect(metrics.map(({ step }) => step)).toEqual([0, 4, 8, 12, 16]);
  expect(metrics.map(({ observer, name }) => `${observer}/${name}`)).toEqual(Array(5).fill('looker/changed'));
  // After the update: at least one layer shows another topology than before it.
  expect(metrics.slice(1, 3).every(({ value }) => (value as number[]).includes(1))).toBe(true);
});

it('a probe with needs sees the signals of the step, before its update', async () => {
  const metrics = await metricsOf({
    needs: ['gradient'],
    due: (clock) => clock.step % 2 === 0,
    look(layers, _clock, measure) {
      const norms = layers.map((layer) =>
        Math.hypot(...layer.signal('gradient', layer.active), ...layer.weights().map(() => 0)),
      );
      measure('norm', norms);
      let visited = 0;
      layers[0]!.scan('gradient', (_first, values) => {
        visited += values.length;
      });
      expect(visited).toBe(layers[0]!.size);
      expect(layers.map(({ dense }) => dense)).toEqual([false, false]);
    },
  });
  expect(metrics.map(({ step }) => step)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  expect(metrics.every(({ value }) => (value as number[]).every((norm) => norm > 0))).toBe(true);
});

it.each<[string, Probe, RegExp]>([
  [
    'throws',
    {
      due: () => true,
      look() {
        throw new RangeError('too dark');
      },
    },
    /ESPALIER_OBSERVER_THREW.*"looker" threw: too dark/,
  ],
  [
    'reads what it does not declare',
    {
      needs: ['momentum'],
      due: () => true,
      look(layers) {
        layers[0]!.signal('gradient', layers[0]!.active);
      },
    },
    /ESPALIER_UNDECLARED_SIGNAL.*"looker" reads the signal "gradient".*\[momentum\]/,
  ],
  [
    'measures what is no number',
    { due: () => true, look: (_layers, _clock, measure) => measure('odd', Number.NaN) },
    /ESPALIER_OBSERVER_THREW.*measured "odd" as NaN/,
  ],
])('a probe that %s ends the run and is named', async (_what, probe, message) => {
  await expect(metricsOf(probe)).rejects.toThrow(message);
});
