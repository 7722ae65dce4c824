import { NEVER, word } from './control';
import { featureBytes, featureShift, madd, secondHalf, sumOf, sumsOf } from './simd';

/**
 * gradient[k] += left[row] . right[index[k]] for every non-zero k: the gradient by the weights, sampled where there
 * are weights. Four non-zeros at a time share the row. T and P as in spmm.
 * @param leftStep - bytes from a pixel to the next, as `rightStep`
 * @param places - u32 [rows]: where each row's feature is, or 0 where they are in order
 */
export function sddmm<T, P>(
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  gradient: usize,
  left: usize,
  leftStep: usize,
  right: usize,
  rightStep: usize,
  places: usize,
): void {
  const never = word(NEVER);
  let k: usize = load<u32>(starts + (<usize>from << 2));
  for (let row = from; row < to; row++) {
    const end: usize = load<u32>(starts + ((<usize>row + 1) << 2));
    if (k == end) continue;
    const place: usize = places ? load<u32>(places + (<usize>row << 2)) : row;
    const x = left + place * featureBytes<T>();
    for (; k + 4 <= end; k += 4) {
      const at = indices + (k << 2);
      const d0 = right + (<usize>load<u32>(at) << featureShift<T>());
      const d1 = right + (<usize>load<u32>(at, 4) << featureShift<T>());
      const d2 = right + (<usize>load<u32>(at, 8) << featureShift<T>());
      const d3 = right + (<usize>load<u32>(at, 12) << featureShift<T>());
      let s0 = half<T, P>(x, leftStep, d0, rightStep);
      let s1 = half<T, P>(x, leftStep, d1, rightStep);
      let s2 = half<T, P>(x, leftStep, d2, rightStep);
      let s3 = half<T, P>(x, leftStep, d3, rightStep);
      if (sizeof<P>() == 8) {
        // See spmm: keeps the halves apart.
        if (never) {
          s0 = f32x4.neg(s0);
          s1 = f32x4.neg(s1);
          s2 = f32x4.neg(s2);
          s3 = f32x4.neg(s3);
        }
        const second = x + secondHalf<T>(leftStep);
        const further = secondHalf<T>(rightStep);
        s0 = f32x4.add(s0, half<T, P>(second, leftStep, d0 + further, rightStep));
        s1 = f32x4.add(s1, half<T, P>(second, leftStep, d1 + further, rightStep));
        s2 = f32x4.add(s2, half<T, P>(second, leftStep, d2 + further, rightStep));
        s3 = f32x4.add(s3, half<T, P>(second, leftStep, d3 + further, rightStep));
      }
      const g = gradient + (k << 2);
      v128.store(g, f32x4.add(v128.load(g), sumsOf(s0, s1, s2, s3)));
    }
    for (; k < end; k++) {
      const d = right + (<usize>load<u32>(indices + (k << 2)) << featureShift<T>());
      const g = gradient + (k << 2);
      store<f32>(g, load<f32>(g) + dot<T, P>(x, leftStep, d, rightStep));
    }
  }
}

/** The products of up to four vectors, in one. See spmm for the offsets. */
// @ts-ignore: decorator
@inline
function half<T, P>(left: usize, leftStep: usize, right: usize, rightStep: usize): v128 {
  let x = left;
  let d = right;
  const s = f32x4.mul(v128.load(x), v128.load(d));
  if (sizeof<P>() == 1) return s;
  if (sizeof<T>() == 1) {
    x += leftStep;
    d += rightStep;
  }
  const pair = madd(v128.load(x, (1 & (sizeof<T>() - 1)) << 4), v128.load(d, (1 & (sizeof<T>() - 1)) << 4), s);
  if (sizeof<P>() == 2) return pair;
  if (sizeof<T>() <= 2) {
    x += leftStep;
    d += rightStep;
  }
  const t = f32x4.mul(v128.load(x, (2 & (sizeof<T>() - 1)) << 4), v128.load(d, (2 & (sizeof<T>() - 1)) << 4));
  if (sizeof<T>() == 1) {
    x += leftStep;
    d += rightStep;
  }
  return f32x4.add(pair, madd(v128.load(x, (3 & (sizeof<T>() - 1)) << 4), v128.load(d, (3 & (sizeof<T>() - 1)) << 4), t));
}

/** The product of two features over a block. */
// @ts-ignore: decorator
@inline
export function dot<T, P>(x: usize, xStep: usize, d: usize, dStep: usize): f32 {
  let s = half<T, P>(x, xStep, d, dStep);
  if (sizeof<P>() == 8) {
    s = f32x4.add(s, half<T, P>(x + secondHalf<T>(xStep), xStep, d + secondHalf<T>(dStep), dStep));
  }
  return sumOf(s);
}
