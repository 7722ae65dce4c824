import { definePlugin, isStep, type Plugin, type Slots, strategy } from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { eventsOf } from './support/inspect.js';
import { type TinyOptions, tinyRun } from './support/tiny-run.js';

const about = { summary: 'For tests.' };

describe('a step hook', () => {
  const hookPlugin = (hook: Partial<Slots['hook']>): Plugin =>
    definePlugin({
      name: 'test-hook',
      api: 1,
      strategies: [
        strategy('hook', 'test/hook', {}, { useFactory: () => ({ afterStep() {}, ...hook }) }, about),
      ],
    });
  const hooked = (hook: Partial<Slots['hook']>, options: TinyOptions = {}) =>
    tinyRun({ ...options, plugins: [hookPlugin(hook)], recipe: { hook: 'test/hook', ...options.recipe } });

  it('runs on every sparse layer after every optimizer step', async () => {
    const calls: string[] = [];
    const { trainer } = await hooked({
      afterStep: (layer, { step }) => void calls.push(`${step} ${layer.name}`),
    });
    await trainer.run();
    // Update steps of RigL take no optimizer step.
    const steps = [...Array(18).keys()].filter((step) => step === 0 || step % 4 !== 0);
    expect(calls).toEqual(steps.flatMap((step) => [`${step} dense_1/kernel`, `${step} dense_2/kernel`]));
  });

  it('changes weights in place, in the engine', async () => {
    const { trainer, engine } = await hooked({
      afterStep: ({ weights, active, unitOf }) => {
        expect(weights).toHaveLength(active.length);
        for (let i = 0; i < weights.length; i++) weights[i] = unitOf(active[i]!) === 0 ? 0.25 : weights[i]!;
      },
    });
    trainer.hooks.on('step:after', ({ step }) => {
      if (step > 0 && step % 4 === 0) return;
      for (const layer of engine.layers) {
        const weights = layer.weights();
        const units = layer.shape[1]!;
        for (const [i, position] of layer.active.entries()) {
          if (position % units === 0) expect(weights[i]).toBe(0.25);
        }
      }
    });
    expect(await trainer.run()).toMatchObject({ outcome: 'completed', steps: 18 });
  });

  it('leaves layers alone that are kept dense', async () => {
    const names = new Set<string>();
    const { trainer } = await hooked(
      { afterStep: ({ name }) => void names.add(name) },
      { keepDense: ['dense_2'] },
    );
    await trainer.run();
    expect([...names]).toEqual(['dense_1/kernel']);
  });

  it('reads at every step the signals that it declares', async () => {
    let read = 0;
    const { trainer } = await hooked({
      needs: ['gradient', 'momentum'],
      afterStep: (layer) => {
        const gradient = layer.signal('gradient', layer.active);
        const momentum = layer.signal('momentum', layer.active);
        expect([gradient.length, momentum.length]).toEqual([layer.active.length, layer.active.length]);
        read++;
      },
    });
    await trainer.run();
    expect(read).toBe(28);
  });

  it('reads no other', async () => {
    const { trainer } = await hooked({
      needs: ['momentum'],
      afterStep: (layer) => void layer.signal('gradient', layer.active),
    });
    await expect(trainer.run()).rejects.toThrow(
      /ESPALIER_UNDECLARED_SIGNAL.*hook "test\/hook" of test-hook reads the signal "gradient"/,
    );
  });

  it('must leave finite weights', async () => {
    const { trainer } = await hooked({
      afterStep: ({ weights }, { step }) => {
        if (step === 2) weights[0] = Number.NaN;
      },
    });
    await expect(trainer.run()).rejects.toThrow(
      /ESPALIER_STRATEGY_RESULT.*hook "test\/hook" of test-hook in layer "dense_1\/kernel" at step 2 left the weight at position \d+ NaN/,
    );
  });

  it('draws its own numbers at every step and layer, the same in every run', async () => {
    const draw = async () => {
      const numbers: number[] = [];
      const { trainer } = await hooked({
        afterStep: (layer, { random }) => void numbers.push(random('noise', layer).normal()),
      });
      await trainer.run();
      return numbers;
    };
    const numbers = await draw();
    expect(new Set(numbers).size).toBe(28);
    expect(await draw()).toEqual(numbers);
  });

  it('reports, which becomes a warning after its step', async () => {
    const { trainer } = await hooked({
      afterStep: (layer, { step, report }) => {
        if (step === 1) report('test/noted', { layer: layer.name, message: 'Noted.' });
      },
    });
    const events = await eventsOf(trainer);
    const at = events.findIndex((event) => isStep(event) && event.step === 1);
    expect(events.slice(at + 1, at + 3)).toEqual(
      ['dense_1/kernel', 'dense_2/kernel'].map((layer) => ({
        type: 'warning',
        step: 1,
        kind: 'test/noted',
        message: 'Noted.',
        facts: { layer, message: 'Noted.' },
      })),
    );
  });
});
