import { SIGNAL, THREADS, word, ZEROS } from './control';
import { sampled } from './layer';
import { DY, IN_PIXELS, OUT_PIXELS, PIXELS, pixel, ROUND, ROUND_COUNT, ROUNDS, X } from './rounds';
import { shortenUnits } from './screen';
import { madd, transpose4 } from './simd';

// Arguments of the commands below, see src/signals/run-signal.ts; the first ones are in rounds.ts.
const SAMPLES: usize = SIGNAL + 28;
const SAMPLE_FEATURES: usize = SIGNAL + 32;
const SAMPLE_UNITS: usize = SIGNAL + 36;
const SAMPLE_OUT: usize = SIGNAL + 40;
const PLACES: usize = SIGNAL + 44;
const UNITS: usize = SIGNAL + 48;
const DEPTH: usize = SIGNAL + 52;
const RIGHT: usize = SIGNAL + 56;
const NORMS: usize = SIGNAL + 60;

/** More than the root of what squares lose at the lower end of float32, summed over all examples there may be. */
const LOST: f32 = 1e-18;

/** The gradient at some positions, this thread's part of them: sums over held tiles, in time O(positions). */
export function samplePositions(thread: i32): void {
  const count = <i64>word(SAMPLES);
  const from = <i32>((count * thread) / word(THREADS));
  const to = <i32>((count * (thread + 1)) / word(THREADS));
  const out: usize = word(SAMPLE_OUT);
  memory.fill(out + (<usize>from << 2), 0, <usize>(to - from) << 2);
  // Blocks of positions, so that their sums stay in cache over the tiles.
  for (let first = from; first < to; first += 4096) {
    const last = min(to, first + 4096);
    for (let r = 0; r < word(ROUND_COUNT); r++) {
      const round = <usize>word(ROUNDS) + <usize>r * ROUND;
      const bytes: usize = load<u32>(round, 8);
      for (let tile: usize = 0; tile < load<u32>(round, 4); tile++) {
        const arena = <usize>load<u32>(round) + tile * load<u32>(round, 12);
        for (let p = 0; p < word(PIXELS); p++) {
          const x = arena + <usize>(word(X) + pixel(IN_PIXELS, p)) * bytes;
          const dy = arena + <usize>(word(DY) + pixel(OUT_PIXELS, p)) * bytes;
          const features: usize = word(SAMPLE_FEATURES);
          const units: usize = word(SAMPLE_UNITS);
          if (bytes == 128) sampled<i64>(first, last, features, units, out, x, dy);
          else if (bytes == 64) sampled<i32>(first, last, features, units, out, x, dy);
          else if (bytes == 32) sampled<i16>(first, last, features, units, out, x, dy);
          else sampled<i8>(first, last, features, units, out, x, dy);
        }
      }
    }
  }
}

/** Lays this thread's part of the deltas out as [block of 8 units][example][8], and takes the blocks' largest norms. */
export function packUnits(thread: i32): void {
  const units = word(UNITS);
  const blocks = (units + 7) >> 3;
  const stride = <usize>word(DEPTH) * 32;
  for (let block = thread; block < blocks; block += word(THREADS)) {
    const target = <usize>word(RIGHT) + <usize>block * stride;
    let column = target;
    for (let r = 0; r < word(ROUND_COUNT); r++) {
      const round = <usize>word(ROUNDS) + <usize>r * ROUND;
      const bytes: usize = load<u32>(round, 8);
      for (let tile: usize = 0; tile < load<u32>(round, 4); tile++) {
        const arena = <usize>load<u32>(round) + tile * load<u32>(round, 12);
        for (let p = 0; p < word(PIXELS); p++) {
          const dy = arena + <usize>(word(DY) + pixel(OUT_PIXELS, p)) * bytes;
          for (let i: usize = 0; i < bytes; i += 16) {
            for (let half = 0; half < 2; half++) {
              const first = block * 8 + half * 4;
              const p0 = first < units ? dy + <usize>first * bytes + i : ZEROS;
              const p1 = first + 1 < units ? dy + <usize>(first + 1) * bytes + i : ZEROS;
              const p2 = first + 2 < units ? dy + <usize>(first + 2) * bytes + i : ZEROS;
              const p3 = first + 3 < units ? dy + <usize>(first + 3) * bytes + i : ZEROS;
              transpose4(p0, p1, p2, p3, column + <usize>half * 16, 32);
            }
            column += 128;
          }
        }
      }
    }
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    for (let at = target; at < column; at += 32) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      low = f32x4.add(low, f32x4.mul(a, a));
      high = f32x4.add(high, f32x4.mul(b, b));
    }
    store<f32>(<usize>word(NORMS) + (<usize>block << 2), largestRoot(f32x4.max(low, high)));
    shortenUnits(block);
  }
}

/** Lays the inputs of four rows out as [example][4]. @returns the largest of their norms */
export function packRows(first: i32, rows: i32, target: usize): f32 {
  return packEvery(1, first, rows, target);
}

/** Does so for every step-th row; for the last row in place of those that are none. */
export function packEvery(step: i32, first: i32, rows: i32, target: usize): f32 {
  let column = target;
  const places: usize = word(PLACES);
  for (let r = 0; r < word(ROUND_COUNT); r++) {
    const round = <usize>word(ROUNDS) + <usize>r * ROUND;
    const bytes: usize = load<u32>(round, 8);
    for (let tile: usize = 0; tile < load<u32>(round, 4); tile++) {
      const arena = <usize>load<u32>(round) + tile * load<u32>(round, 12);
      for (let p = 0; p < word(PIXELS); p++) {
        const x = arena + <usize>(word(X) + pixel(IN_PIXELS, p)) * bytes;
        const p0 = rowAt(first, rows, places, x, bytes);
        const p1 = rowAt(first + step, rows, places, x, bytes);
        const p2 = rowAt(first + 2 * step, rows, places, x, bytes);
        const p3 = rowAt(first + 3 * step, rows, places, x, bytes);
        for (let i: usize = 0; i < bytes; i += 16) {
          transpose4(p0 + i, p1 + i, p2 + i, p3 + i, column, 16);
          column += 64;
        }
      }
    }
  }
  let squares = f32x4.splat(0);
  for (let at = target; at < column; at += 16) {
    const a = v128.load(at);
    squares = f32x4.add(squares, f32x4.mul(a, a));
  }
  return largestRoot(squares);
}

function rowAt(row: i32, rows: i32, places: usize, x: usize, bytes: usize): usize {
  const last = min(row, rows - 1);
  const place: usize = places ? load<u32>(places + (<usize>last << 2)) : last;
  return x + place * bytes;
}

function largestRoot(squares: v128): f32 {
  const largest = max(
    max(f32x4.extract_lane(squares, 0), f32x4.extract_lane(squares, 1)),
    max(f32x4.extract_lane(squares, 2), f32x4.extract_lane(squares, 3)),
  );
  // Squares too small for a float32 were lost.
  return sqrt(largest) + LOST;
}

/**
 * Four rows by eight units of the dense gradient.
 * @param left - [example][4]
 * @param right - [example][8]
 * @param target - the first row's place
 * @param row - bytes from a row to the next
 */
export function gradientBlock(depth: i32, left: usize, right: usize, target: usize, row: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  for (let k = 0; k < depth; k++) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    const a = v128.load32_splat(left);
    a0 = madd(a, x, a0);
    a1 = madd(a, y, a1);
    const b = v128.load32_splat(left, 4);
    b0 = madd(b, x, b0);
    b1 = madd(b, y, b1);
    const c = v128.load32_splat(left, 8);
    c0 = madd(c, x, c0);
    c1 = madd(c, y, c1);
    const d = v128.load32_splat(left, 12);
    d0 = madd(d, x, d0);
    d1 = madd(d, y, d1);
    left += 16;
    right += 32;
  }
  v128.store(target, a0);
  v128.store(target, a1, 16);
  target += row;
  v128.store(target, b0);
  v128.store(target, b1, 16);
  target += row;
  v128.store(target, c0);
  v128.store(target, c1, 16);
  target += row;
  v128.store(target, d0);
  v128.store(target, d1, 16);
}
