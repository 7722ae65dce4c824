import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectClose, holds, type Operands } from '../oracle/operands.js';
import { optimize, type Settings, type Weight } from '../oracle/optimizer.js';
import type { TestingModule } from '../oracle/testing-module.js';

/** Of a parameter's record, as in src/parameters/optimizer.ts. */
const PULL_WORD = 10;
const KINDS = ['sgd', 'nesterov', 'adam', 'adamw'] as const;

const counts = fc.array(fc.nat(21), { minLength: 1, maxLength: 4 });
const threads = fc.integer({ min: 1, max: 3 });
const shares = fc.boolean();

/** A parameter in memory, and what it holds: padded to whole vectors. */
function parameterOf(module: TestingModule, operands: Operands, count: number, copies: number) {
  const length = Math.ceil(count / 4) * 4;
  const padded = (of: () => number) => Float32Array.from({ length }, (_, k) => (k < count ? of() : 0));
  // Far enough from 0 that no sum of them cancels: Adam divides by their size.
  const gradients = Array.from({ length: copies }, () => padded(() => operands.uniform(0.1, 1)));
  const fresh = operands.subset(count, 0.3);
  const old = (value: number, k: number) => (fresh.includes(k) ? 0 : value);
  const values = padded(() => operands.uniform());
  const first = padded(() => operands.uniform()).map(old);
  const second = padded(() => operands.uniform(0.01, 1)).map(old);
  const ages = Array.from({ length }, (_, k) => old(operands.below(400), k));
  const permutations = [operands.shuffled(count), operands.shuffled(count)];
  const at = {
    values: module.floats(values),
    gradients: module.floats(gradients.flatMap((copy) => [...copy])),
    first: module.floats(first),
    second: module.floats(second),
    ages: module.words(ages),
    copies: [0, 1].map(() => module.floats(new Float32Array(count))),
  };
  // None, one, or two other orders.
  const orders = operands.below(3);
  const decays = operands.below(2) === 1;
  const pull = operands.below(2) / 16;
  const record = [count, at.values, at.gradients, length * 4, at.first, at.second, at.ages];
  const [order, more] = permutations.map((permutation, i) => (i < orders ? module.words(permutation) : 0));
  record.push(order!, at.copies[0]!, decays ? 1 : 0, 0, more!, at.copies[1]!, 0, 0, 0);
  return {
    count,
    length,
    gradients,
    values,
    first,
    second,
    ages,
    permutations,
    at,
    orders,
    decays,
    pull,
    record,
  };
}

function list(
  module: TestingModule,
  list: readonly { readonly record: readonly number[]; readonly pull: number }[],
  threads: number,
  shares: boolean,
) {
  const parameters = module.words(list.flatMap(({ record }) => record));
  for (const [i, { record, pull }] of list.entries()) {
    module.write(parameters + (i * record.length + PULL_WORD) * 4, pull);
  }
  module.control({ parameters, parameterCount: list.length, threads, shares: shares ? 1 : 0, bad: 0 });
}

function inThreads(module: TestingModule, kernel: string, threads: number) {
  for (let thread = 0; thread < threads; thread++) module.call[kernel]!(thread);
}

it('steps every weight once, whoever takes which part, and keeps the copy up to date', () => {
  const settings: fc.Arbitrary<Omit<Settings, 'pull'>> = fc.record({
    use: fc.constantFrom(...KINDS),
    rate: fc.constantFrom(0.5, 0.125),
    momentum: fc.constantFrom(0, 0.5, Math.fround(0.9)),
    decay: fc.constantFrom(0, 0.03125),
    beta1: fc.constantFrom(0, 0.5, 0.875),
    beta2: fc.constantFrom(0.75, 0.9375),
    epsilon: fc.constantFrom(2 ** -20, 0.125),
  });
  holds(fc.record({ settings, counts, threads }), (module, { settings, counts, threads }, operands) => {
    const { use, rate, momentum, decay, beta1, beta2, epsilon } = settings;
    const parameters = counts.map((count) => parameterOf(module, operands, count, 1));
    list(module, parameters, threads, true);
    // Older weights are corrected by 1, which it is to float32.
    const ages = Array.from({ length: 300 }, (_, i) => i + 1);
    const corrections = module.floats(ages.flatMap((age) => [1 - beta1 ** age, 1 - beta2 ** age]));
    module.control({ optimizer: KINDS.indexOf(use), corrections, correctionCount: ages.length });
    module.controlFloats({ learningRate: rate, momentum, weightDecay: decay, beta1, beta2, epsilon });
    inThreads(module, 'optimize', threads);
    for (const { count, gradients, values, first, second, ages, permutations, ...rest } of parameters) {
      const { at, orders, decays, pull } = rest;
      const own = { ...settings, decay: decays ? decay : 0, pull };
      const stepped: Weight[] = Array.from({ length: count }, (_, k) =>
        optimize(
          own,
          { value: values[k]!, first: first[k]!, second: second[k]!, age: ages[k]! },
          gradients[0]![k]!,
        ),
      );
      const after = module.readFloats(at.values, count);
      const column = (name: keyof Weight) => stepped.map((weight) => weight[name]);
      expectClose(after, column('value'));
      expectClose(module.readFloats(at.first, count), column('first'));
      expectClose(module.readFloats(at.second, count), column('second'));
      expect([...module.readWords(at.ages, count)]).toEqual(column('age'));
      for (const [i, permutation] of permutations.entries()) {
        const copy = module.readFloats(at.copies[i]!, count);
        expect(permutation.map((place) => copy[place])).toEqual(
          i < orders ? [...after] : permutation.map(() => 0),
        );
      }
    }
  });
});

it('sums the gradients of all threads, and names a parameter whose sum is not finite', () => {
  const spoilt = fc.option(fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
  const shape = fc.record({ counts, threads, shares, spoilt });
  holds(shape, (module, { counts, threads, shares, spoilt }, operands) => {
    const copies = shares ? 1 : threads;
    const parameters = counts.map((count) => parameterOf(module, operands, count, copies));
    list(module, parameters, threads, shares);
    const bad = parameters.findIndex(({ count }) => count > 0);
    if (spoilt !== null && bad >= 0) {
      const { at, count, length, gradients } = parameters[bad]!;
      const copy = operands.below(copies);
      const k = operands.below(count);
      gradients[copy]![k] = spoilt;
      module.write(at.gradients + (copy * length + k) * 4, spoilt);
    }
    inThreads(module, 'sumGradients', threads);
    for (const { count, gradients, at } of parameters) {
      const sums = Array.from({ length: count }, (_, k) =>
        gradients.reduce((sum, copy) => sum + copy[k]!, 0),
      );
      expectClose(module.readFloats(at.gradients, count), sums);
    }
    expect(module.readControl('bad')).toBe(spoilt === null ? 0 : bad + 1);
  });
});

it('empties all gradients', () => {
  holds(fc.record({ counts, threads, shares }), (module, { counts, threads, shares }, operands) => {
    const copies = shares ? 1 : threads;
    const parameters = counts.map((count) => parameterOf(module, operands, count, copies));
    list(module, parameters, threads, shares);
    inThreads(module, 'clearGradients', threads);
    for (const { length, at } of parameters) {
      expect(module.readFloats(at.gradients, copies * length).every((value) => value === 0)).toBe(true);
    }
  });
});
