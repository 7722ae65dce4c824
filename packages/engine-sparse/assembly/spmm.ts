import { NEVER, word } from './control';
import { featureBytes, featureShift, madd } from './simd';

/** What a product does with its sums: add to what stands there, ReLU, or 0 where a mask is not above 0. */
export const ADDS = 1;
export const RECTIFIES = 2;
export const MASKS = 4;

/**
 * target[row] = sum over the row's non-zeros of value x source[index], one tile wide: the forward pass over rows of
 * units, and the gradient by the inputs over rows of inputs.
 *
 * @param from - the first row
 * @param to - the row after the last one
 * @param starts - u32 [rows + 1]
 * @param bias - f32 [rows], or 0
 * @param mask - the values that decide where MASKS is asked for
 */
export function spmm<T>(
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  values: usize,
  source: usize,
  target: usize,
  bias: usize,
  mode: i32,
  mask: usize,
): void {
  // V8 moves all loads of a block above the arithmetic and then spills sums inside of the loop. A branch that is
  // never taken and uses the sums keeps the halves of a block apart: 1.6 times as fast.
  const never = word(NEVER);
  let k: usize = load<u32>(starts + (<usize>from << 2));
  for (let row = from; row < to; row++) {
    const end: usize = load<u32>(starts + ((<usize>row + 1) << 2));
    const first = bias ? f32x4.splat(load<f32>(bias + (<usize>row << 2))) : f32x4.splat(0);
    let a0 = first;
    let a1 = first;
    let a2 = first;
    let a3 = first;
    let a4 = first;
    let a5 = first;
    let a6 = first;
    let a7 = first;
    for (; k < end; k++) {
      const w = v128.load32_splat(values + (k << 2));
      const x = source + (<usize>load<u32>(indices + (k << 2)) << featureShift<T>());
      a0 = madd(w, v128.load(x), a0);
      a1 = madd(w, v128.load(x, 16), a1);
      if (sizeof<T>() >= 2) {
        a2 = madd(w, v128.load(x, 32), a2);
        a3 = madd(w, v128.load(x, 48), a3);
      }
      if (sizeof<T>() == 4) {
        if (never) {
          a0 = f32x4.neg(a0);
          a1 = f32x4.neg(a1);
          a2 = f32x4.neg(a2);
          a3 = f32x4.neg(a3);
        }
        a4 = madd(w, v128.load(x, 64), a4);
        a5 = madd(w, v128.load(x, 80), a5);
        a6 = madd(w, v128.load(x, 96), a6);
        a7 = madd(w, v128.load(x, 112), a7);
        if (never) {
          a4 = f32x4.neg(a4);
          a5 = f32x4.neg(a5);
          a6 = f32x4.neg(a6);
          a7 = f32x4.neg(a7);
        }
      }
    }
    const y = target + <usize>row * featureBytes<T>();
    const m = mask + <usize>row * featureBytes<T>();
    finish(y, m, mode, 0, a0);
    finish(y, m, mode, 16, a1);
    if (sizeof<T>() >= 2) {
      finish(y, m, mode, 32, a2);
      finish(y, m, mode, 48, a3);
    }
    if (sizeof<T>() == 4) {
      finish(y, m, mode, 64, a4);
      finish(y, m, mode, 80, a5);
      finish(y, m, mode, 96, a6);
      finish(y, m, mode, 112, a7);
    }
  }
}

// @ts-ignore: decorator
@inline
export function finish(target: usize, mask: usize, mode: i32, offset: usize, sum: v128): void {
  const zero = f32x4.splat(0);
  let value = sum;
  if (mode) {
    if (mode & ADDS) value = f32x4.add(value, v128.load(target + offset));
    // pmax(x, 0) costs one instruction, and keeps a NaN.
    if (mode & RECTIFIES) value = f32x4.pmax(value, zero);
    if (mode & MASKS) value = v128.and(value, f32x4.gt(v128.load(mask + offset), zero));
  }
  v128.store(target + offset, value);
}
