import { SIGNAL, THREADS, word } from './control';
import { gradientBlock, packRows } from './gradient';
import { LEAST_BOUND, listed, listOf, screen, screens } from './screen';

// Arguments, see src/signals/run-signal.ts; the first ones are those of gradient.ts.
const UNITS: usize = SIGNAL + 48;
const DEPTH: usize = SIGNAL + 52;
const RIGHT: usize = SIGNAL + 56;
const NORMS: usize = SIGNAL + 60;
const ROWS: usize = SIGNAL + 64;
/** Per thread: the four packed rows, then four rows of gradient, then the histogram, then what screening needs. */
const WORK: usize = SIGNAL + 68;
const WORK_STRIDE: usize = SIGNAL + 72;
const EXCLUDED: usize = SIGNAL + 76;
const EXCLUDED_COUNT: usize = SIGNAL + 80;
const LIMIT: usize = SIGNAL + 84;
const CAPACITY: usize = SIGNAL + 88;
/** Per thread: positions, then magnitudes. */
const CANDIDATES: usize = SIGNAL + 92;
/** Per thread: candidates, blocks in all, blocks passed over. */
const COUNTS: usize = SIGNAL + 96;
/** Bits of the least magnitude that still counts; any thread's limit-th largest is a bound for all. */
const LEAST: usize = SIGNAL + 100;

const BUCKETS: usize = 2048;

/**
 * Streams this thread's rows of the dense gradient, four at a time, through a running threshold: what remains are at
 * least the `limit` largest magnitudes outside of the excluded positions, of equal ones the lower positions.
 * Blocks whose bound |g_ij| <= |x_i| |d_j| lies below the threshold are not computed, and of others, where there is
 * screening, only what may reach it.
 */
export function strongest(thread: i32): void {
  const rows = word(ROWS);
  const units = word(UNITS);
  const depth = word(DEPTH);
  const limit = word(LIMIT);
  const capacity = word(CAPACITY);
  const blocks = (units + 7) >> 3;
  const row = <usize>blocks * 32;
  const left = <usize>word(WORK) + <usize>thread * word(WORK_STRIDE);
  const panel = left + <usize>depth * 16;
  const histogram = panel + 4 * row;
  const positions = <usize>word(CANDIDATES) + <usize>thread * <usize>capacity * 8;
  const magnitudes = positions + <usize>capacity * 4;
  const quads = (rows + 3) >> 2;
  const from = <i32>((<i64>quads * thread) / word(THREADS)) * 4;
  const to = min(rows, <i32>((<i64>quads * (thread + 1)) / word(THREADS)) * 4);
  let excluded = lowerBound(<u32>from * units);
  let count = 0;
  let own = 0;
  let passed = 0;
  let all = 0;
  for (let r = from; r < to; r += 4) {
    const norm = packRows(r, rows, left);
    const least = max(own, atomic.load<i32>(LEAST));
    const bound = reinterpret<f32>(least);
    all += blocks;
    const screened = screens(bound);
    const work = histogram + BUCKETS * 4;
    if (screened) passed += screen(left, norm, bound, panel, work);
    for (let block = screened ? blocks : 0; block < blocks; block++) {
      const target = panel + <usize>block * 32;
      // Rounding may lift a product above the exact bound.
      const most = norm * load<f32>(<usize>word(NORMS) + (<usize>block << 2)) * 1.0001;
      if (bound >= LEAST_BOUND && most < bound) {
        passed++;
        for (let i: usize = 0; i < 4; i++) {
          v128.store(target + i * row, f32x4.splat(0));
          v128.store(target + i * row, f32x4.splat(0), 16);
        }
        continue;
      }
      gradientBlock(depth, left, <usize>word(RIGHT) + <usize>block * <usize>depth * 32, target, row);
    }
    for (let i = 0; i < 4 && r + i < to; i++) {
      if (count + units > capacity) {
        own = max(own, compact(positions, magnitudes, count, limit, histogram));
        count = min(count, limit);
        raise(own - 1);
      }
      const lowest = max(own, atomic.load<i32>(LEAST));
      const base = <u32>(r + i) * units;
      const values = panel + <usize>i * row;
      const list = listOf(work, i);
      const looked = screened ? listed(work, i) : units;
      for (let k = 0; k < looked; k++) {
        let o: u32 = k;
        if (screened) o = load<u32>(list + (<usize>k << 2));
        else if ((k & 3) == 0 && !reaches(values + (<usize>k << 2), lowest)) {
          k += 3;
          continue;
        }
        const magnitude = load<i32>(values + (<usize>o << 2)) & 0x7fffffff;
        if (magnitude < lowest) continue;
        const position = base + o;
        excluded = skip(excluded, position);
        if (excluded < word(EXCLUDED_COUNT) && excludedAt(excluded) == position) continue;
        store<u32>(positions + (<usize>count << 2), position);
        store<i32>(magnitudes + (<usize>count << 2), magnitude);
        count++;
      }
    }
  }
  if (count > limit) {
    compact(positions, magnitudes, count, limit, histogram);
    count = limit;
  }
  const counts = <usize>word(COUNTS) + <usize>thread * 12;
  store<i32>(counts, count);
  store<i32>(counts, all, 4);
  store<i32>(counts, passed, 8);
}

/** Whether one of four magnitudes is at least as large as one by its bits. */
// @ts-ignore: decorator
@inline
function reaches(values: usize, lowest: i32): bool {
  const bits = v128.and(v128.load(values), i32x4.splat(0x7fffffff));
  return v128.any_true(i32x4.ge_s(bits, i32x4.splat(lowest)));
}

// @ts-ignore: decorator
@inline
export function excludedAt(index: i32): u32 {
  return load<u32>(<usize>word(EXCLUDED) + (<usize>index << 2));
}

/** The first of the excluded positions that is not below one. */
export function lowerBound(position: u32): i32 {
  let low = 0;
  let high = word(EXCLUDED_COUNT);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (excludedAt(middle) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

// @ts-ignore: decorator
@inline
function skip(index: i32, position: u32): i32 {
  while (index < word(EXCLUDED_COUNT) && excludedAt(index) < position) index++;
  return index;
}

/** Lets the other threads know a bound. */
function raise(bits: i32): void {
  let known = atomic.load<i32>(LEAST);
  while (known < bits) {
    const found = atomic.cmpxchg<i32>(LEAST, known, bits);
    if (found == known) return;
    known = found;
  }
}

/**
 * Keeps the `limit` largest in place and in order, of equal ones the lower position.
 * @returns the bits above the least that was kept: later positions lose against equal ones
 */
function compact(positions: usize, magnitudes: usize, count: i32, limit: i32, histogram: usize): i32 {
  if (count < limit) return 0;
  if (limit == 0) return 0x7fffffff;
  let remaining = limit;
  let prefix = 0;
  // 31 bits as 11, 11 and 9.
  for (let pass = 0; pass < 3; pass++) {
    const shift = pass == 0 ? 20 : pass == 1 ? 9 : 0;
    const width = pass == 2 ? 9 : 11;
    memory.fill(histogram, 0, BUCKETS * 4);
    for (let k = 0; k < count; k++) {
      const bits = load<i32>(magnitudes + (<usize>k << 2));
      if (pass > 0 && bits >>> (shift + width) != prefix) continue;
      const bucket = histogram + (<usize>((bits >>> shift) & ((1 << width) - 1)) << 2);
      store<i32>(bucket, load<i32>(bucket) + 1);
    }
    let bucket = (1 << width) - 1;
    while (load<i32>(histogram + (<usize>bucket << 2)) < remaining) {
      remaining -= load<i32>(histogram + (<usize>bucket << 2));
      bucket--;
    }
    prefix = (prefix << width) | bucket;
  }
  let filled: usize = 0;
  let ties = remaining;
  for (let k = 0; k < count; k++) {
    const at = <usize>k << 2;
    const bits = load<i32>(magnitudes + at);
    if (bits < prefix || (bits == prefix && ties-- <= 0)) continue;
    store<u32>(positions + (filled << 2), load<u32>(positions + at));
    store<i32>(magnitudes + (filled << 2), bits);
    filled++;
  }
  return prefix + 1;
}
