import { createRandomSource } from '@espalier/core';
import fc from 'fast-check';
import { MODULES, type TestingModule } from './testing-module.js';

/** Examples in a tile. */
export const lanes = fc.constantFrom(4, 8, 16, 32);
const seed = fc.nat(2 ** 31 - 1);

/** Operands that a seed tells, so that a counterexample is a shape and a seed. */
export class Operands {
  readonly #stream;

  constructor(seed: number) {
    this.#stream = createRandomSource(seed).stream('operands', '', 0);
  }

  uniform(from = -1, to = 1): number {
    return Math.fround(from + (to - from) * this.#stream.uniform());
  }

  below(n: number): number {
    return this.#stream.below(n);
  }

  floats(length: number, from = -1, to = 1): Float32Array {
    return Float32Array.from({ length }, () => this.uniform(from, to));
  }

  /** Small whole numbers: their products and sums are exact, and many are equal. */
  integers(length: number, largest = 3): Float32Array {
    return Float32Array.from({ length }, () => this.below(2 * largest + 1) - largest);
  }

  /** Some of the numbers below `n`, ascending; each of them with a chance. */
  subset(n: number, chance: number): number[] {
    return Array.from({ length: n }, (_, i) => i).filter(() => this.#stream.uniform() < chance);
  }

  /** The numbers below `n` in any order. */
  shuffled(n: number): number[] {
    const list = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }
}

/** Holds a property of a shape for both modules, on operands that differ from run to run. */
export function holds<Shape>(
  shape: fc.Arbitrary<Shape>,
  property: (module: TestingModule, shape: Shape, operands: Operands) => void,
  numRuns = 150,
): void {
  const check = ([given, of]: [Shape, number]) => {
    for (const module of MODULES) {
      try {
        property(module, given, new Operands(of));
      } finally {
        module.clear();
      }
    }
  };
  fc.assert(
    fc.property(fc.tuple(shape, seed), (drawn) => check(drawn)),
    { numRuns },
  );
}

/**
 * Throws where a number is further from the oracle's than rounding to float32 explains.
 * @param relative - of the oracle's number
 * @param absolute - for sums whose terms cancel
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative = 1e-5,
  absolute = 1e-5,
): void {
  if (actual.length !== expected.length) {
    throw new Error(`${actual.length} numbers, where the oracle has ${expected.length}.`);
  }
  for (let i = 0; i < expected.length; i++) {
    const own = actual[i]!;
    const oracle = expected[i]!;
    if (Object.is(own, oracle) || Math.abs(own - oracle) <= absolute + relative * Math.abs(oracle)) continue;
    throw new Error(`Number ${i} is ${own}; the oracle says ${oracle}.`);
  }
}
