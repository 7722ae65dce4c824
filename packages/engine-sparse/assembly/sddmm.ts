import { NEVER, word } from './control';
import { featureBytes, featureShift, madd, sumOf, sumsOf } from './simd';

/**
 * gradient[k] += left[row] . right[index[k]] for every non-zero k: the gradient by the weights, sampled where there
 * are weights. Four non-zeros at a time share the row, which stays in registers.
 */
export function sddmm<T>(
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  gradient: usize,
  left: usize,
  right: usize,
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
      let s0 = half<T>(x, d0, 0);
      let s1 = half<T>(x, d1, 0);
      let s2 = half<T>(x, d2, 0);
      let s3 = half<T>(x, d3, 0);
      if (sizeof<T>() == 4) {
        // See spmm: keeps the halves apart.
        if (never) {
          s0 = f32x4.neg(s0);
          s1 = f32x4.neg(s1);
          s2 = f32x4.neg(s2);
          s3 = f32x4.neg(s3);
        }
        s0 = f32x4.add(s0, half<T>(x, d0, 64));
        s1 = f32x4.add(s1, half<T>(x, d1, 64));
        s2 = f32x4.add(s2, half<T>(x, d2, 64));
        s3 = f32x4.add(s3, half<T>(x, d3, 64));
      }
      const g = gradient + (k << 2);
      v128.store(g, f32x4.add(v128.load(g), sumsOf(s0, s1, s2, s3)));
    }
    for (; k < end; k++) {
      const d = right + (<usize>load<u32>(indices + (k << 2)) << featureShift<T>());
      const g = gradient + (k << 2);
      store<f32>(g, load<f32>(g) + dot<T>(x, d));
    }
  }
}

/** The products of up to 16 lanes, in one vector. */
// @ts-ignore: decorator
@inline
export function half<T>(x: usize, d: usize, from: usize): v128 {
  const s = madd(
    v128.load(x + from + 16),
    v128.load(d + from + 16),
    f32x4.mul(v128.load(x + from), v128.load(d + from)),
  );
  if (sizeof<T>() == 1) return s;
  const t = madd(
    v128.load(x + from + 48),
    v128.load(d + from + 48),
    f32x4.mul(v128.load(x + from + 32), v128.load(d + from + 32)),
  );
  return f32x4.add(s, t);
}

/** The product of two features over the lanes of a tile. */
// @ts-ignore: decorator
@inline
export function dot<T>(x: usize, d: usize): f32 {
  let s = half<T>(x, d, 0);
  if (sizeof<T>() == 4) s = f32x4.add(s, half<T>(x, d, 64));
  return sumOf(s);
}
