import {
  BASE_RECIPE,
  type DropSchedule,
  definePlugin,
  type Json,
  Registry,
  type Slot,
  strategy,
} from '@espalier/core';
import { describe, expect, it } from 'vitest';
import { clockAt } from '../../../test/support/pipeline.js';
import standard from '../src/index.js';

describe('the standard plugin', () => {
  it('has what the base recipe names', () => {
    const registry = new Registry().add(standard);
    const slots = new Set(standard.strategies!.map(({ slot }) => slot as Slot));
    expect(slots.size).toBe(11);
    for (const slot of slots) {
      const name = BASE_RECIPE[slot as keyof typeof BASE_RECIPE] as string;
      expect(registry.expand(slot, name).use).toBe(name);
    }
  });

  it('says what each strategy and each of its options is for', () => {
    for (const { name, defaults, about } of [...standard.strategies!, ...standard.methods!]) {
      expect(about.summary, name).toMatch(/\.$/);
      expect(Object.keys(about.options ?? {}).sort(), name).toEqual(Object.keys(defaults).sort());
    }
  });

  it('accepts the defaults of each strategy', () => {
    const registry = new Registry().add(standard);
    for (const { slot, name } of standard.strategies!) {
      expect(registry.create(slot, name).strategy, name).toBeTypeOf('object');
    }
  });
});

describe('staircase', () => {
  it('hands commits and saved state to the schedule that it holds', () => {
    class Halving implements DropSchedule {
      state: Json = 1;
      fraction = () => this.state as number;
      committed() {
        this.state = (this.state as number) / 2;
      }
    }
    const acme = definePlugin({
      name: 'acme',
      api: 1,
      strategies: [
        strategy('drop', 'acme/halving', {}, { useFactory: () => new Halving() }, { summary: 'Halves.' }),
      ],
    });
    const registry = new Registry().add(standard).add(acme);
    const { strategy: drop } = registry.create('drop', { use: 'staircase', of: 'acme/halving' });
    const update = { clock: clockAt(0), dropFraction: 1, budget: 1, layers: [] };
    const context = {
      report() {},
      random(): never {
        throw new Error('not needed');
      },
    };
    drop.committed!(update, context);
    expect(drop.fraction(clockAt(5))).toBe(0.5);
    expect(drop.state).toBe(0.5);
    drop.state = 0.25;
    expect(drop.fraction(clockAt(5))).toBe(0.25);
  });
});
