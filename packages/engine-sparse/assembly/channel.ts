// Loops over the values of one channel in a band: some pixels of a tile, `step` bytes apart. All but
// `shiftBack` take two vectors at a time where a tile has more than one.
import { featureBytes, lanesOf, madd } from './simd';

/** So many pixels stay in cache for all channels, and are few enough to be summed in f32. */
// @ts-ignore: decorator
@inline
export function bandOf<T>(): i32 {
  return 256 / lanesOf<T>();
}

/**
 * Adds what values deviate from about their mean, and its squares, to two f64.
 * @param lanes - those of the batch
 */
// @ts-ignore: decorator
@inline
export function addDeviations<T>(
  x: usize,
  step: usize,
  pixels: i32,
  lanes: i32,
  about: f32,
  sums: usize,
  squares: usize,
): void {
  const middle = f32x4.splat(about);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let q0 = f32x4.splat(0);
  let q1 = f32x4.splat(0);
  for (let i: usize = 0; i < featureBytes<T>(); i += 32) {
    const inside0 = inside(i, lanes);
    const inside1 = inside(i + 16, lanes);
    let at = x + i;
    for (let p = 0; p < pixels; p++) {
      const d0 = v128.and(f32x4.sub(v128.load(at), middle), inside0);
      s0 = f32x4.add(s0, d0);
      q0 = madd(d0, d0, q0);
      if (sizeof<T>() > 1) {
        const d1 = v128.and(f32x4.sub(v128.load(at, 16), middle), inside1);
        s1 = f32x4.add(s1, d1);
        q1 = madd(d1, d1, q1);
      }
      at += step;
    }
  }
  const sum = f32x4.add(s0, s1);
  const square = f32x4.add(q0, q1);
  add(sums, f64x2.add(low(sum), high(sum)));
  add(squares, f64x2.add(low(square), high(square)));
}

/**
 * Adds deltas, and their products with the deviations of x, to two f64. Lanes beyond the batch have no delta. Deltas
 * are summed in f64: where all are about equal, what their mean leaves of each is the gradient.
 */
// @ts-ignore: decorator
@inline
export function addDeltas<T>(
  x: usize,
  dy: usize,
  step: usize,
  pixels: i32,
  mean: f32,
  sums: usize,
  products: usize,
): void {
  const middle = f32x4.splat(mean);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let q0 = f32x4.splat(0);
  let q1 = f32x4.splat(0);
  for (let i: usize = 0; i < featureBytes<T>(); i += 32) {
    let from = x + i;
    let at = dy + i;
    for (let p = 0; p < pixels; p++) {
      const d0 = v128.load(at);
      let pairs = d0;
      q0 = madd(d0, f32x4.sub(v128.load(from), middle), q0);
      if (sizeof<T>() > 1) {
        const d1 = v128.load(at, 16);
        pairs = f32x4.add(d0, d1);
        q1 = madd(d1, f32x4.sub(v128.load(from, 16), middle), q1);
      }
      s0 = f64x2.add(s0, low(pairs));
      s1 = f64x2.add(s1, high(pairs));
      from += step;
      at += step;
    }
  }
  add(sums, f64x2.add(s0, s1));
  const product = f32x4.add(q0, q1);
  add(products, f64x2.add(low(product), high(product)));
}

/**
 * y = (x - mean) slope + offset
 * @param rectifies - whether a ReLU follows
 */
// @ts-ignore: decorator
@inline
export function shift<T>(
  x: usize,
  y: usize,
  step: usize,
  pixels: i32,
  mean: f32,
  slope: f32,
  offset: f32,
  rectifies: bool,
): void {
  const middle = f32x4.splat(mean);
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  for (let i: usize = 0; i < featureBytes<T>(); i += 32) {
    let from = x + i;
    let to = y + i;
    for (let p = 0; p < pixels; p++) {
      const y0 = madd(f32x4.sub(v128.load(from), middle), slopes, offsets);
      v128.store(to, rectifies ? f32x4.pmax(y0, f32x4.splat(0)) : y0);
      if (sizeof<T>() > 1) {
        const y1 = madd(f32x4.sub(v128.load(from, 16), middle), slopes, offsets);
        v128.store(to, rectifies ? f32x4.pmax(y1, f32x4.splat(0)) : y1, 16);
      }
      from += step;
      to += step;
    }
  }
}

/**
 * dx = slope (dy - meanDelta - (x - mean) product), 0 in lanes beyond the batch
 * @param adds - whether to what dx holds
 */
// @ts-ignore: decorator
@inline
export function shiftBack<T>(
  x: usize,
  dx: usize,
  dy: usize,
  step: usize,
  pixels: i32,
  lanes: i32,
  mean: f32,
  slope: f32,
  meanDelta: f32,
  product: f32,
  adds: bool,
): void {
  const middle = f32x4.splat(mean);
  const slopes = f32x4.splat(slope);
  const deltas = f32x4.splat(meanDelta);
  const products = f32x4.splat(product);
  for (let i: usize = 0; i < featureBytes<T>(); i += 16) {
    const within = inside(i, lanes);
    let from = x + i;
    let at = dy + i;
    let to = dx + i;
    for (let p = 0; p < pixels; p++) {
      const shared = madd(f32x4.sub(v128.load(from), middle), products, deltas);
      const delta = v128.and(f32x4.mul(slopes, f32x4.sub(v128.load(at), shared)), within);
      v128.store(to, adds ? f32x4.add(v128.load(to), delta) : delta);
      from += step;
      at += step;
      to += step;
    }
  }
}

/** All bits of the lanes from byte `i` on that are in the batch. */
// @ts-ignore: decorator
@inline
function inside(i: usize, lanes: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(i >> 2))), i32x4.splat(lanes));
}

/** Adds two f64 to one. */
// @ts-ignore: decorator
@inline
function add(at: usize, two: v128): void {
  store<f64>(at, load<f64>(at) + f64x2.extract_lane(two, 0) + f64x2.extract_lane(two, 1));
}

// @ts-ignore: decorator
@inline
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}

// @ts-ignore: decorator
@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(four, four, 2, 3, 0, 1));
}
