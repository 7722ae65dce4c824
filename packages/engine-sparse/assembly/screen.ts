import { SIGNAL, word } from './control';
import { DY, OUT_PIXELS, PIXELS, pixel, ROUND, ROUND_COUNT, ROUNDS } from './rounds';
import { madd } from './simd';

// Arguments, see src/signals/run-signal.ts.
const UNITS: usize = SIGNAL + 48;
const DEPTH: usize = SIGNAL + 52;
const RIGHT: usize = SIGNAL + 56;
const NORMS: usize = SIGNAL + 60;
/** The units in 16 bits: [block of 8 units][pair of examples][8][2]; 0 where there is no screening. */
const SHORTS: usize = SIGNAL + 124;
/** Per block: eight inverse scales, then eight halves of sums. */
const SCALES: usize = SIGNAL + 128;
/** The largest magnitude of a short: sums over examples stay within 32 bits. */
const MOST: usize = SIGNAL + 132;
/** f32: how far a product may be off per 1 in a row's sum of magnitudes, what float32 rounds included. */
const REACH: usize = SIGNAL + 136;

/** Below it, what float32 loses at its lower end would have to be counted in. */
export const LEAST_BOUND: f32 = 1e-30;

/** Smaller scales would not have an inverse; what they stand for is 0 in 16 bits. */
const TINY: f32 = 1e-30;
/** More than a half: rounding to a short starts from a rounded product. */
const HALF: f32 = 0.51;

/**
 * Rounds numbers to 16 bits: [example][lanes] to [pair of examples][lanes][2].
 * @param stride - bytes of an example: 16 for four lanes, 32 for eight, of which four are taken
 * @param scales - receives four factors from numbers to shorts; 0 for lanes whose sums are not finite
 * @param totals - receives four sums of magnitudes of shorts
 */
export function shorten(
  depth: i32,
  from: usize,
  target: usize,
  stride: usize,
  scales: usize,
  totals: usize,
): void {
  let largest = f32x4.splat(TINY);
  let sums = f32x4.splat(0);
  for (let k = 0; k < depth; k++) {
    const magnitudes = f32x4.abs(v128.load(from + <usize>k * stride));
    largest = f32x4.pmax(largest, magnitudes);
    // NaN is smaller than nothing: it shows in a sum.
    sums = f32x4.add(sums, magnitudes);
  }
  const finite = f32x4.lt(sums, f32x4.splat(Infinity));
  const factors = v128.and(f32x4.div(f32x4.splat(<f32>word(MOST)), largest), finite);
  v128.store(scales, factors);
  sums = f32x4.splat(0);
  for (let k = 0; k < depth; k += 2) {
    const at = from + <usize>k * stride;
    const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), factors)));
    const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at + stride), factors)));
    sums = f32x4.add(sums, f32x4.convert_i32x4_s(i32x4.add(i32x4.abs(a), i32x4.abs(b))));
    const pairs = v128.or(v128.and(a, i32x4.splat(0xffff)), i32x4.shl(b, 16));
    v128.store(target + <usize>(k >> 1) * stride, pairs);
  }
  v128.store(totals, sums);
}

/** Rounds one block of eight packed units, where there is screening. */
export function shortenUnits(block: i32): void {
  if (!word(SHORTS)) return;
  const depth = word(DEPTH);
  const from = <usize>word(RIGHT) + <usize>block * <usize>depth * 32;
  const target = <usize>word(SHORTS) + <usize>block * <usize>depth * 16;
  const scales = <usize>word(SCALES) + <usize>block * 64;
  for (let half: usize = 0; half < 32; half += 16) {
    const totals = scales + 32 + half;
    shorten(depth, from + half, target + half, 32, scales + half, totals);
    v128.store(totals, f32x4.mul(v128.load(totals), f32x4.splat(HALF)));
  }
}

/** Whether a bound is one that there is a screening for. */
export function screens(bound: f32): bool {
  return word(SHORTS) != 0 && bound >= LEAST_BOUND && bound < Infinity;
}

/**
 * Computes four rows of the gradient where a magnitude may reach a bound, and lists those units.
 *
 * In units of the product of both scales, x = X + e and d = D + f with |e|, |f| <= 1/2: x.d differs from X.D by no more
 * than half the sum of |X|, half that of |D| and a quarter per example. Summing in float32 adds what its roundings may
 * be of the sum of |x d|, which is at most the largest |D| times the sum of |x|.
 *
 * @param left - the packed rows
 * @param norm - the largest of their norms
 * @param bound - one that {@link screens}
 * @param panel - the first row's place
 * @param work - for the rows in 16 bits, 48 bytes and four lists of units
 * @returns blocks that the bound on norms passed over
 */
export function screen(left: usize, norm: f32, bound: f32, panel: usize, work: usize): i32 {
  const depth = word(DEPTH);
  const blocks = (word(UNITS) + 7) >> 3;
  const row = <usize>blocks * 32;
  const scales = work + <usize>depth * 8;
  const counts = scales + 32;
  const lists = counts + 16;
  shorten(depth, left, work, 16, scales, scales + 16);
  const sums = f32x4.add(v128.load(scales, 16), f32x4.splat(<f32>depth));
  const reach = f32x4.mul(sums, f32x4.splat(load<f32>(REACH)));
  v128.store(scales, reach, 16);
  v128.store(counts, i32x4.splat(0));
  // Of the last block, bits of units that there are.
  const present: u32 = (0xff >> (blocks * 8 - word(UNITS))) * 0x01010101;
  let passed = 0;
  for (let block = 0; block < blocks; block++) {
    if (norm * load<f32>(<usize>word(NORMS) + (<usize>block << 2)) * 1.0001 < bound) {
      passed++;
      continue;
    }
    const right = <usize>word(SHORTS) + <usize>block * <usize>depth * 16;
    // What rounding does to the bound is far less than a part in ten thousand.
    let mask = reaching(depth, work, right, scales, <usize>word(SCALES) + <usize>block * 64, bound * 0.9999);
    if (block == blocks - 1) mask &= present;
    for (; mask; mask &= mask - 1) {
      const bit = ctz(mask);
      const count = counts + (<usize>(bit >> 3) << 2);
      const known: usize = load<u32>(count);
      store<u32>(lists + <usize>(bit >> 3) * row + (known << 2), block * 8 + (bit & 7));
      store<u32>(count, <u32>known + 1);
    }
  }
  for (let i: usize = 0; i < 4; i++) {
    const list = lists + i * row;
    const count: usize = load<u32>(counts + (i << 2));
    for (let k = count; k & 7; k++) store<u32>(list + (k << 2), load<u32>(list + ((count - 1) << 2)));
    for (let k: usize = 0; k < count; k += 8) exactly(left + (i << 2), list + (k << 2), panel + i * row);
  }
  return passed;
}

/** How many units of a row the last {@link screen} listed. */
export function listed(work: usize, row: usize): i32 {
  return load<i32>(work + <usize>word(DEPTH) * 8 + 32 + (row << 2));
}

/** Where it listed them, ascending. */
export function listOf(work: usize, row: usize): usize {
  return work + <usize>word(DEPTH) * 8 + 48 + row * <usize>((word(UNITS) + 7) >> 3) * 32;
}

/**
 * Which of four rows by eight units may reach a bound.
 * @param left - [pair of examples][4][2]
 * @param right - [pair of examples][8][2]
 * @param rows - four scales, then the four rows' parts of the error
 * @param columns - eight scales, then the eight units' parts
 * @returns a bit for each, eight for a row
 */
export function reaching(depth: i32, left: usize, right: usize, rows: usize, columns: usize, bound: f32): u32 {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  for (let k = 0; k < depth; k += 2) {
    const x = v128.load(right);
    const y = v128.load(right, 16);
    // Faster than four loads that splat.
    const four = v128.load(left);
    const a = v128.shuffle<i32>(four, four, 0, 0, 0, 0);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(a, x));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(a, y));
    const b = v128.shuffle<i32>(four, four, 1, 1, 1, 1);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(b, x));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(b, y));
    const c = v128.shuffle<i32>(four, four, 2, 2, 2, 2);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(c, x));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(c, y));
    const d = v128.shuffle<i32>(four, four, 3, 3, 3, 3);
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(d, x));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(d, y));
    left += 16;
    right += 32;
  }
  return (
    bits(a0, a1, rows, columns, bound) |
    (bits(b0, b1, rows + 4, columns, bound) << 8) |
    (bits(c0, c1, rows + 8, columns, bound) << 16) |
    (bits(d0, d1, rows + 12, columns, bound) << 24)
  );
}

/** Of one row. */
// @ts-ignore: decorator
@inline
function bits(low: v128, high: v128, row: usize, columns: usize, bound: f32): u32 {
  const scale = v128.load32_splat(row);
  const reach = v128.load32_splat(row, 16);
  const least = f32x4.splat(bound);
  const first = f32x4.mul(f32x4.mul(scale, v128.load(columns)), least);
  const second = f32x4.mul(f32x4.mul(scale, v128.load(columns, 16)), least);
  return (
    i32x4.bitmask(
      f32x4.ge(
        f32x4.convert_i32x4_s(i32x4.abs(low)),
        f32x4.sub(first, f32x4.add(reach, v128.load(columns, 32))),
      ),
    ) |
    (i32x4.bitmask(
      f32x4.ge(
        f32x4.convert_i32x4_s(i32x4.abs(high)),
        f32x4.sub(second, f32x4.add(reach, v128.load(columns, 48))),
      ),
    ) <<
      4)
  );
}

/**
 * The gradient of one row and eight units, as `gradientBlock` computes it, from where each unit's deltas lie together.
 * @param left - the row's first value; the next is 16 bytes on
 * @param list - the units
 * @param target - the row's place
 */
function exactly(left: usize, list: usize, target: usize): void {
  let low = f32x4.splat(0);
  let high = low;
  for (let r = 0; r < word(ROUND_COUNT); r++) {
    const round = <usize>word(ROUNDS) + <usize>r * ROUND;
    const bytes: usize = load<u32>(round, 8);
    for (let tile: usize = 0; tile < load<u32>(round, 4); tile++) {
      const arena = <usize>load<u32>(round) + tile * load<u32>(round, 12);
      for (let p = 0; p < word(PIXELS); p++) {
        const dy = arena + <usize>(word(DY) + pixel(OUT_PIXELS, p)) * bytes;
        for (let i: usize = 0; i < bytes; i += 16) {
          low = fourOf(left, dy + i, list, bytes, low);
          high = fourOf(left, dy + i, list + 16, bytes, high);
          left += 64;
        }
      }
    }
  }
  put(target, list, low);
  put(target, list + 16, high);
}

/** Adds four examples to the sums of four units. */
// @ts-ignore: decorator
@inline
function fourOf(left: usize, dy: usize, list: usize, bytes: usize, sums: v128): v128 {
  const r0 = v128.load(dy + <usize>load<u32>(list) * bytes);
  const r1 = v128.load(dy + <usize>load<u32>(list, 4) * bytes);
  const r2 = v128.load(dy + <usize>load<u32>(list, 8) * bytes);
  const r3 = v128.load(dy + <usize>load<u32>(list, 12) * bytes);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  sums = madd(v128.load32_splat(left), v128.shuffle<f32>(a, b, 0, 1, 4, 5), sums);
  sums = madd(v128.load32_splat(left, 16), v128.shuffle<f32>(a, b, 2, 3, 6, 7), sums);
  sums = madd(v128.load32_splat(left, 32), v128.shuffle<f32>(c, d, 0, 1, 4, 5), sums);
  return madd(v128.load32_splat(left, 48), v128.shuffle<f32>(c, d, 2, 3, 6, 7), sums);
}

// @ts-ignore: decorator
@inline
function put(target: usize, list: usize, values: v128): void {
  store<f32>(target + (<usize>load<u32>(list) << 2), f32x4.extract_lane(values, 0));
  store<f32>(target + (<usize>load<u32>(list, 4) << 2), f32x4.extract_lane(values, 1));
  store<f32>(target + (<usize>load<u32>(list, 8) << 2), f32x4.extract_lane(values, 2));
  store<f32>(target + (<usize>load<u32>(list, 12) << 2), f32x4.extract_lane(values, 3));
}
