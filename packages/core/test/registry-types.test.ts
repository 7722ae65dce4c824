import {
  type DropSchedule,
  LOGGER,
  type Logger,
  OPTIONS,
  type Options,
  Registry,
  RUN_FACTS,
  type RunFacts,
  service,
  strategy,
  token,
} from '@espalier/core';
import { describe, expect, it } from 'vitest';

const about = { summary: 'For tests.' };

class Fitting implements DropSchedule {
  static readonly inject = [OPTIONS, LOGGER] as const;
  constructor(
    readonly options: Options,
    readonly logger: Logger,
  ) {}
  fraction = () => 0;
}

class Swapped implements DropSchedule {
  static readonly inject = [LOGGER, OPTIONS] as const;
  constructor(
    readonly options: Options,
    readonly logger: Logger,
  ) {}
  fraction = () => 0;
}

class TooFew implements DropSchedule {
  static readonly inject = [OPTIONS] as const;
  constructor(
    readonly options: Options,
    readonly run: RunFacts,
  ) {}
  fraction = () => 0;
}

class WrongSlot {
  static readonly inject = [RUN_FACTS] as const;
  constructor(readonly run: RunFacts) {}
  due = () => false;
}

// What the compiler must refuse; a check that stops failing is an error of its own.
describe('the compiler', () => {
  it('accepts a constructor that takes what `static inject` lists', () => {
    const fitting = strategy('drop', 'fitting', {}, { useClass: Fitting }, about);
    expect(
      new Registry().add({ name: 'acme', api: 1, strategies: [fitting] }).strategies('drop'),
    ).toHaveLength(1);
  });

  it('refuses a constructor that takes it in another order', () => {
    // @ts-expect-error the constructor takes options first, the list gives the logger first
    expect(strategy('drop', 'swapped', {}, { useClass: Swapped }, about).name).toBe('swapped');
  });

  it('refuses a list that is too short for the constructor', () => {
    // @ts-expect-error the list gives no RunFacts
    expect(strategy('drop', 'too-few', {}, { useClass: TooFew }, about).name).toBe('too-few');
  });

  it('refuses a class of another slot', () => {
    // @ts-expect-error a trigger is no drop schedule
    expect(strategy('drop', 'wrong-slot', {}, { useClass: WrongSlot }, about).name).toBe('wrong-slot');
  });

  it('refuses a class for a service in the same way', () => {
    const FITTING = token<Fitting>('test/fitting');
    // @ts-expect-error the constructor takes options first, the list gives the logger first
    expect(service(FITTING, { useClass: Swapped }).token).toBe(FITTING);
    expect(service(FITTING, { useClass: Fitting }).token).toBe(FITTING);
  });

  it('types options by their defaults', () => {
    const typed = strategy(
      'drop',
      'typed',
      { fraction: 0.3, label: 'x' },
      {
        useFactory: ({ fraction, label }) => {
          const number: number = fraction;
          const text: string = label;
          return { fraction: () => number * text.length };
        },
      },
      about,
    );
    expect(typed.defaults).toEqual({ fraction: 0.3, label: 'x' });
  });
});
