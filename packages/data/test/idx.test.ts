import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readIdx } from '@espalier/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idxBytes } from './idx-bytes.js';
import { temporaryDirectory } from './temporary.js';

const arrays = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((dims) => {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return fc.record({
    dims: fc.constant(dims),
    data: fc.uint8Array({ minLength: length, maxLength: length }),
  });
});

describe('readIdx', () => {
  it('reads what was written, plain and gzipped', () => {
    fc.assert(
      fc.property(arrays, fc.boolean(), ({ dims, data }, packed) => {
        const bytes = idxBytes(dims, data);
        const read = readIdx(packed ? gzipSync(bytes) : bytes);
        expect(read.dims).toEqual(dims);
        expect([...read.data]).toEqual([...data]);
      }),
    );
  });

  it('reads dimensions as big-endian integers', () => {
    expect(readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 1, 2, ...new Uint8Array(258))).dims).toEqual([258]);
  });

  it('names the file that is not there', () => {
    const path = join(temporaryDirectory(), 'missing');
    expect(() => readIdx(path)).toThrow(/ESPALIER_DATA_NOT_FOUND.*missing/);
  });

  it.each([false, true])('refuses a file truncated at any byte (gzipped: %s)', (packed) => {
    const whole = idxBytes([2, 3], [1, 2, 3, 4, 5, 6]);
    const bytes = packed ? gzipSync(whole) : whole;
    for (let end = 0; end < bytes.length; end++) {
      expect(() => readIdx(bytes.subarray(0, end), 'images'), `first ${end} bytes`).toThrow(
        /ESPALIER_DATA_CORRUPT.*images/,
      );
    }
  });

  it('says what the header promises and what was found', () => {
    const path = join(temporaryDirectory(), 'long');
    writeFileSync(path, idxBytes([2], [1, 2, 3]));
    expect(() => readIdx(path)).toThrow(/long is not .* promises 2 = 2 values, but 3 bytes follow/);
  });

  it('refuses other formats', () => {
    expect(() => readIdx(Buffer.from('<html>'))).toThrow('3c 68 74 6d');
    expect(() => readIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0))).toThrow('0x0d');
    expect(() => readIdx(Uint8Array.of(0, 0, 8, 0))).toThrow('no dimensions');
  });
});
