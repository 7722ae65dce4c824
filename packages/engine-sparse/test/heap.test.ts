import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIRST_FREE } from '../src/memory/control.js';
import { SharedMemory } from '../src/memory/shared-memory.js';

it('gives out aligned pieces that do not overlap, and has all of it back in the end', () => {
  const requests = fc.array(fc.record({ bytes: fc.nat(5000), give: fc.nat(20) }), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(requests, (list) => {
      const { heap, memory } = new SharedMemory();
      const taken: { start: number; bytes: number }[] = [];
      for (const { bytes, give } of list) {
        const start = heap.take(bytes, 'a piece');
        expect(start % 64).toBe(0);
        expect(start).toBeGreaterThanOrEqual(FIRST_FREE);
        expect(start + bytes).toBeLessThanOrEqual(memory.buffer.byteLength);
        for (const other of taken) {
          expect(start >= other.start + other.bytes || start + Math.max(1, bytes) <= other.start).toBe(true);
        }
        taken.push({ start, bytes: Math.max(1, bytes) });
        if (give < taken.length) heap.give(taken.splice(give, 1)[0]!.start);
      }
      const extent = memory.buffer.byteLength;
      for (const { start } of taken) heap.give(start);
      expect(heap.used).toBe(0);
      // What was given back is one piece again.
      heap.take(extent - 2 * FIRST_FREE, 'everything');
      expect(memory.buffer.byteLength).toBe(extent);
    }),
    { numRuns: 40 },
  );
});

it('extends by what is lacking where a piece at the end makes room for a larger one', () => {
  const { heap, memory } = new SharedMemory();
  const first = heap.take(100, 'a piece that stays');
  const small = heap.take(4e6, 'a buffer');
  const extent = memory.buffer.byteLength;
  heap.give(small);
  const large = heap.take(5e6, 'the buffer, larger');
  expect(large).toBe(small);
  expect(memory.buffer.byteLength).toBeLessThan(extent + 1e6 + FIRST_FREE);
  heap.give(large);
  heap.give(first);
  expect(heap.used).toBe(0);
});

it('takes back only what it gave', () => {
  const { heap } = new SharedMemory();
  const start = heap.take(100, 'a piece');
  heap.give(start);
  expect(() => heap.give(start)).toThrow(TypeError);
});
