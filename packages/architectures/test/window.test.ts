import { slideWindow } from '@espalier/architectures';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('slideWindow', () => {
  it('pads the odd value at the end', () => {
    expect(slideWindow(28, 5, 1, 'same')).toEqual({ count: 28, before: 2 });
    expect(slideWindow(28, 3, 2, 'same')).toEqual({ count: 14, before: 0 });
    expect(slideWindow(5, 2, 2, 'valid')).toEqual({ count: 2, before: 0 });
    expect(slideWindow(2, 3, 1, 'valid')).toEqual({ count: 0, before: 0 });
  });

  it('keeps every place on the data: valid inside, same overlapping', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, (length, window, stride) => {
        const valid = slideWindow(length, window, stride, 'valid');
        if (valid.count > 0) {
          const last = (valid.count - 1) * stride;
          expect(last + window).toBeLessThanOrEqual(length);
          expect(last + stride + window).toBeGreaterThan(length);
        }
        const same = slideWindow(length, window, stride, 'same');
        expect(same.count).toBe(Math.ceil(length / stride));
        for (let i = 0; i < same.count; i++) {
          const first = i * stride - same.before;
          expect(first).toBeLessThan(length);
          expect(first + window).toBeGreaterThan(0);
        }
      }),
    );
  });
});
