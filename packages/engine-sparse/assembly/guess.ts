import { SIGNAL, THREADS, word } from './control';
import { gradientBlock, packEvery } from './gradient';
import { excludedAt, lowerBound } from './strongest';

// Arguments, see src/signals/run-signal.ts; the first ones are those of gradient.ts and strongest.ts.
const UNITS: usize = SIGNAL + 48;
const DEPTH: usize = SIGNAL + 52;
const RIGHT: usize = SIGNAL + 56;
const ROWS: usize = SIGNAL + 64;
/** Per thread: four packed rows, then four rows of gradient. */
const WORK: usize = SIGNAL + 68;
const WORK_STRIDE: usize = SIGNAL + 72;
const EXCLUDED_COUNT: usize = SIGNAL + 80;
/** One row of so many is looked at; 0 where there is no sample. */
export const STEP: usize = SIGNAL + 116;
/** Per thread: how many candidates have each value of the upper 13 of a magnitude's 31 bits. */
const HISTOGRAMS: usize = SIGNAL + 120;

const SHIFT = 18;
const HISTOGRAM_BYTES: usize = 32768;

/** Counts the magnitudes in every step-th row of the dense gradient, outside of the excluded positions. */
export function countSample(thread: i32): void {
  const rows = word(ROWS);
  const units = word(UNITS);
  const depth = word(DEPTH);
  const step = word(STEP);
  const blocks = (units + 7) >> 3;
  const row = <usize>blocks * 32;
  const left = <usize>word(WORK) + <usize>thread * word(WORK_STRIDE);
  const panel = left + <usize>depth * 16;
  const histogram = <usize>word(HISTOGRAMS) + <usize>thread * HISTOGRAM_BYTES;
  memory.fill(histogram, 0, HISTOGRAM_BYTES);
  for (let r = 4 * step * thread; r < rows; r += 4 * step * word(THREADS)) {
    packEvery(step, r, rows, left);
    for (let block = 0; block < blocks; block++) {
      const right = <usize>word(RIGHT) + <usize>block * <usize>depth * 32;
      gradientBlock(depth, left, right, panel + <usize>block * 32, row);
    }
    for (let i = 0; i < 4 && r + i * step < rows; i++) {
      const values = panel + <usize>i * row;
      for (let o = 0; o < units; o++) count(histogram, values, o, 1);
      const base = <u32>(r + i * step) * units;
      for (let e = lowerBound(base); e < word(EXCLUDED_COUNT); e++) {
        const o = excludedAt(e) - base;
        if (o >= <u32>units) break;
        count(histogram, values, o, -1);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function count(histogram: usize, values: usize, unit: u32, by: i32): void {
  const magnitude = load<i32>(values + (<usize>unit << 2)) & 0x7fffffff;
  const bucket = histogram + (<usize>(magnitude >> SHIFT) << 2);
  store<i32>(bucket, load<i32>(bucket) + by);
}
