import { SIGNAL, THREADS, word } from './control';
import { gradientBlock, packRows } from './gradient';

// Arguments, see src/signals/run-signal.ts; the first ones are those of gradient.ts.
const UNITS: usize = SIGNAL + 48;
const DEPTH: usize = SIGNAL + 52;
const RIGHT: usize = SIGNAL + 56;
const ROWS: usize = SIGNAL + 64;
/** Per thread: the four packed rows, then four rows of gradient. */
const WORK: usize = SIGNAL + 68;
const WORK_STRIDE: usize = SIGNAL + 72;
const FIRST_ROW: usize = SIGNAL + 104;
const LAST_ROW: usize = SIGNAL + 108;
const TARGET: usize = SIGNAL + 112;

/**
 * Writes this thread's part of some rows of the dense gradient, of packed units: [row][unit]. The first row is a
 * multiple of four, so that every row is computed as in `strongest`.
 */
export function scanRows(thread: i32): void {
  const rows = word(ROWS);
  const units = word(UNITS);
  const depth = word(DEPTH);
  const blocks = (units + 7) >> 3;
  const row = <usize>blocks * 32;
  const left = <usize>word(WORK) + <usize>thread * word(WORK_STRIDE);
  const panel = left + <usize>depth * 16;
  const first = word(FIRST_ROW);
  const last = word(LAST_ROW);
  const quads = (last - first + 3) >> 2;
  const from = first + <i32>((<i64>quads * thread) / word(THREADS)) * 4;
  const to = min(last, first + <i32>((<i64>quads * (thread + 1)) / word(THREADS)) * 4);
  for (let r = from; r < to; r += 4) {
    packRows(r, rows, left);
    for (let block = 0; block < blocks; block++) {
      const right = <usize>word(RIGHT) + <usize>block * <usize>depth * 32;
      gradientBlock(depth, left, right, panel + <usize>block * 32, row);
    }
    for (let i = 0; i < 4 && r + i < to; i++) {
      const target = <usize>word(TARGET) + <usize>(r + i - first) * <usize>units * 4;
      memory.copy(target, panel + <usize>i * row, <usize>units << 2);
    }
  }
}
