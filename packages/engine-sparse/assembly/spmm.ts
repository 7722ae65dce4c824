import { NEVER, word } from './control';
import { featureBytes, featureShift, madd } from './simd';

/** What a product does with its sums: add to what stands there, ReLU, or 0 where a mask is not above 0. */
export const ADDS = 1;
export const RECTIFIES = 2;
export const MASKS = 4;

/**
 * target[row] = sum over the row's non-zeros of value x source[index], one tile wide: the forward pass over rows of
 * units, and the gradient by the inputs over rows of inputs. Neighbouring pixels are met together, as many as have
 * their sums in registers: what is read of a weight is read once for all of them.
 *
 * T tells the lanes of a tile, and the size of P is how many vectors of four lanes a block has: the lanes of one or
 * more pixels.
 *
 * @param from - the first row
 * @param to - the row after the last one
 * @param starts - u32 [rows + 1]
 * @param sourceStep - bytes from a pixel to the next
 * @param targetStep - the same for target and mask
 * @param bias - f32 [rows], or 0
 * @param mask - the values that decide where MASKS is asked for
 */
export function spmm<T, P>(
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  values: usize,
  source: usize,
  sourceStep: usize,
  target: usize,
  targetStep: usize,
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
    // A vector's lanes follow those before within a pixel. Offsets are written out, as immediate ones cost nothing and
    // must be expressions of constants.
    for (; k < end; k++) {
      const w = v128.load32_splat(values + (k << 2));
      let x = source + (<usize>load<u32>(indices + (k << 2)) << featureShift<T>());
      a0 = madd(w, v128.load(x), a0);
      if (sizeof<P>() >= 2) {
        if (sizeof<T>() == 1) x += sourceStep;
        a1 = madd(w, v128.load(x, (1 & (sizeof<T>() - 1)) << 4), a1);
      }
      if (sizeof<P>() >= 4) {
        if (sizeof<T>() <= 2) x += sourceStep;
        a2 = madd(w, v128.load(x, (2 & (sizeof<T>() - 1)) << 4), a2);
        if (sizeof<T>() == 1) x += sourceStep;
        a3 = madd(w, v128.load(x, (3 & (sizeof<T>() - 1)) << 4), a3);
      }
      if (sizeof<P>() == 8) {
        if (never) {
          a0 = f32x4.neg(a0);
          a1 = f32x4.neg(a1);
          a2 = f32x4.neg(a2);
          a3 = f32x4.neg(a3);
        }
        if (sizeof<T>() <= 4) x += sourceStep;
        a4 = madd(w, v128.load(x, (4 & (sizeof<T>() - 1)) << 4), a4);
        if (sizeof<T>() == 1) x += sourceStep;
        a5 = madd(w, v128.load(x, (5 & (sizeof<T>() - 1)) << 4), a5);
        if (sizeof<T>() <= 2) x += sourceStep;
        a6 = madd(w, v128.load(x, (6 & (sizeof<T>() - 1)) << 4), a6);
        if (sizeof<T>() == 1) x += sourceStep;
        a7 = madd(w, v128.load(x, (7 & (sizeof<T>() - 1)) << 4), a7);
        if (never) {
          a4 = f32x4.neg(a4);
          a5 = f32x4.neg(a5);
          a6 = f32x4.neg(a6);
          a7 = f32x4.neg(a7);
        }
      }
    }
    let y = target + <usize>row * featureBytes<T>();
    // From what is written to what decides over it.
    const m = mask - target;
    finish(y, m, mode, a0);
    if (sizeof<P>() >= 2) {
      if (sizeof<T>() == 1) y += targetStep;
      finish(y + ((1 & (sizeof<T>() - 1)) << 4), m, mode, a1);
    }
    if (sizeof<P>() >= 4) {
      if (sizeof<T>() <= 2) y += targetStep;
      finish(y + ((2 & (sizeof<T>() - 1)) << 4), m, mode, a2);
      if (sizeof<T>() == 1) y += targetStep;
      finish(y + ((3 & (sizeof<T>() - 1)) << 4), m, mode, a3);
    }
    if (sizeof<P>() == 8) {
      if (sizeof<T>() <= 4) y += targetStep;
      finish(y + ((4 & (sizeof<T>() - 1)) << 4), m, mode, a4);
      if (sizeof<T>() == 1) y += targetStep;
      finish(y + ((5 & (sizeof<T>() - 1)) << 4), m, mode, a5);
      if (sizeof<T>() <= 2) y += targetStep;
      finish(y + ((6 & (sizeof<T>() - 1)) << 4), m, mode, a6);
      if (sizeof<T>() == 1) y += targetStep;
      finish(y + ((7 & (sizeof<T>() - 1)) << 4), m, mode, a7);
    }
  }
}

// @ts-ignore: decorator
@inline
function finish(target: usize, toMask: usize, mode: i32, sum: v128): void {
  const zero = f32x4.splat(0);
  let value = sum;
  if (mode) {
    if (mode & ADDS) value = f32x4.add(value, v128.load(target));
    // pmax(x, 0) costs one instruction, and keeps a NaN.
    if (mode & RECTIFIES) value = f32x4.pmax(value, zero);
    if (mode & MASKS) value = v128.and(value, f32x4.gt(v128.load(target + toMask), zero));
  }
  v128.store(target, value);
}
