import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandomSource, philox4x32, sampleOutside } from '../src/index.js';

const hex = (words: Uint32Array) => [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ');

describe('Philox4x32-10', () => {
  // Known answers published with the Random123 library.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('maps counter %s under key %s to the published words', (counter, key, expected) => {
    const words = (text: string) => Uint32Array.from(text.split(' '), (w) => Number.parseInt(w, 16));
    const out = new Uint32Array(4);
    philox4x32(words(counter), words(key), out);
    expect(hex(out)).toBe(expected);
  });
});

describe('keyed streams', () => {
  const draw = (seed: number, purpose: string, name: string, step: number) => {
    const stream = createRandomSource(seed).stream(purpose, name, step);
    return [stream.uniform(), stream.normal(), stream.below(1000), stream.uniform()];
  };

  it('repeat for equal keys and differ when any part of the key does', () => {
    const base = draw(1, 'regrow', 'fc1', 5);
    expect(draw(1, 'regrow', 'fc1', 5)).toEqual(base);
    const others = [
      draw(2, 'regrow', 'fc1', 5),
      draw(1, 'prune', 'fc1', 5),
      draw(1, 'regrow', 'fc2', 5),
      draw(1, 'regrow', 'fc1', 6),
      draw(1 + 2 ** 32, 'regrow', 'fc1', 5),
    ];
    for (const other of others) expect(other).not.toEqual(base);
  });

  it('have the moments of their distributions', () => {
    const stream = createRandomSource(3).stream('moments', '', 0);
    const n = 50_000;
    let uniform = 0;
    let normal = 0;
    let square = 0;
    for (let i = 0; i < n; i++) {
      uniform += stream.uniform();
      const z = stream.normal();
      normal += z;
      square += z * z;
    }
    expect(uniform / n).toBeCloseTo(0.5, 1.9);
    expect(normal / n).toBeCloseTo(0, 1.5);
    expect(square / n).toBeCloseTo(1, 1.3);
  });

  it('give integers below any bound, above 2^32 too', () => {
    const stream = createRandomSource(4).stream('below', '', 0);
    const large = 2 ** 45 + 3;
    let above = 0;
    for (let i = 0; i < 200; i++) {
      const value = stream.below(large);
      expect(Number.isInteger(value) && value >= 0 && value < large).toBe(true);
      if (value >= 2 ** 44) above++;
    }
    expect(above).toBeGreaterThan(60);
    expect(() => stream.below(0)).toThrow(TypeError);
  });

  it('refuse a seed that is not a non-negative integer', () => {
    expect(() => createRandomSource(-1)).toThrow(TypeError);
    expect(() => createRandomSource(0.5)).toThrow(TypeError);
  });
});

describe('sampleOutside', () => {
  it('draws distinct ascending candidates and never an excluded position', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.nat(250),
        fc.nat(1000),
        fc.array(fc.nat(199)),
        (size, count, seed, out) => {
          const excluded = Uint32Array.from(new Set(out.filter((p) => p < size))).sort();
          const drawn = [
            ...sampleOutside(size, excluded, count, createRandomSource(seed).stream('s', '', 0)),
          ];
          expect(drawn.length).toBe(Math.min(count, size - excluded.length));
          expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
          for (const p of drawn) expect(p < size && !excluded.includes(p)).toBe(true);
        },
      ),
    );
  });

  it('draws every candidate equally often', () => {
    const hits = new Uint32Array(20);
    const excluded = Uint32Array.of(0, 7, 19);
    const rounds = 6000;
    for (let i = 0; i < rounds; i++) {
      for (const p of sampleOutside(20, excluded, 5, createRandomSource(9).stream('even', '', i))) hits[p]!++;
    }
    const expected = (rounds * 5) / 17;
    for (let p = 0; p < 20; p++) {
      if (excluded.includes(p)) expect(hits[p]).toBe(0);
      else expect(Math.abs(hits[p]! - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('reaches positions beyond 2^32', () => {
    const size = 2 ** 33;
    const drawn = sampleOutside(size, Float64Array.of(5), 1000, createRandomSource(1).stream('wide', '', 0));
    expect(drawn).toBeInstanceOf(Float64Array);
    expect(drawn.filter((p) => p > 2 ** 32).length).toBeGreaterThan(400);
  });
});
