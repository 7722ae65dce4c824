import { NEVER, word } from './control';
import { half } from './sddmm';
import { featureBytes, featureShift, madd, sumOf, sumsOf } from './simd';
import { finish } from './spmm';

// The products at neighbouring pixels together: four pixels of eight lanes, or two of sixteen, are as many values as
// sums that stay in registers. What is read of a weight is read once for all of them.

/** Pixels of a block. */
// @ts-ignore: decorator
@inline
export function blockPixels<T>(): i32 {
  return 4 / sizeof<T>();
}

/**
 * As {@link spmm} at the pixels of a block, with rows in order.
 * @param sourceStep - bytes from a pixel to the next
 * @param targetStep - the same for target and mask
 */
export function spmmBlock<T>(
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
  // See spmm: keeps the halves apart.
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
      const second = x + sourceStep;
      a0 = madd(w, v128.load(x), a0);
      a1 = madd(w, v128.load(x, 16), a1);
      if (sizeof<T>() == 2) {
        a2 = madd(w, v128.load(x, 32), a2);
        a3 = madd(w, v128.load(x, 48), a3);
      } else {
        a2 = madd(w, v128.load(second), a2);
        a3 = madd(w, v128.load(second, 16), a3);
      }
      if (never) {
        a0 = f32x4.neg(a0);
        a1 = f32x4.neg(a1);
        a2 = f32x4.neg(a2);
        a3 = f32x4.neg(a3);
      }
      const third = sizeof<T>() == 2 ? second : second + sourceStep;
      a4 = madd(w, v128.load(third), a4);
      a5 = madd(w, v128.load(third, 16), a5);
      if (sizeof<T>() == 2) {
        a6 = madd(w, v128.load(third, 32), a6);
        a7 = madd(w, v128.load(third, 48), a7);
      } else {
        a6 = madd(w, v128.load(third + sourceStep), a6);
        a7 = madd(w, v128.load(third + sourceStep, 16), a7);
      }
      if (never) {
        a4 = f32x4.neg(a4);
        a5 = f32x4.neg(a5);
        a6 = f32x4.neg(a6);
        a7 = f32x4.neg(a7);
      }
    }
    let y = target + <usize>row * featureBytes<T>();
    let m = mask + <usize>row * featureBytes<T>();
    finish(y, m, mode, 0, a0);
    finish(y, m, mode, 16, a1);
    if (sizeof<T>() == 1) {
      y += targetStep;
      m += targetStep;
      finish(y, m, mode, 0, a2);
      finish(y, m, mode, 16, a3);
    } else {
      finish(y, m, mode, 32, a2);
      finish(y, m, mode, 48, a3);
    }
    y += targetStep;
    m += targetStep;
    finish(y, m, mode, 0, a4);
    finish(y, m, mode, 16, a5);
    if (sizeof<T>() == 1) {
      y += targetStep;
      m += targetStep;
      finish(y, m, mode, 0, a6);
      finish(y, m, mode, 16, a7);
    } else {
      finish(y, m, mode, 32, a6);
      finish(y, m, mode, 48, a7);
    }
  }
}

/**
 * As {@link sddmm} at the pixels of a block.
 * @param leftStep - bytes from a pixel to the next, as `rightStep`
 */
export function sddmmBlock<T>(
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
  const x1 = sizeof<T>() == 2 ? leftStep : leftStep << 1;
  const d1 = sizeof<T>() == 2 ? rightStep : rightStep << 1;
  let k: usize = load<u32>(starts + (<usize>from << 2));
  for (let row = from; row < to; row++) {
    const end: usize = load<u32>(starts + ((<usize>row + 1) << 2));
    if (k == end) continue;
    const place: usize = places ? load<u32>(places + (<usize>row << 2)) : row;
    const x = left + place * featureBytes<T>();
    for (; k + 4 <= end; k += 4) {
      const at = indices + (k << 2);
      const p0 = right + (<usize>load<u32>(at) << featureShift<T>());
      const p1 = right + (<usize>load<u32>(at, 4) << featureShift<T>());
      const p2 = right + (<usize>load<u32>(at, 8) << featureShift<T>());
      const p3 = right + (<usize>load<u32>(at, 12) << featureShift<T>());
      let s0 = blockHalf<T>(x, leftStep, p0, rightStep);
      let s1 = blockHalf<T>(x, leftStep, p1, rightStep);
      let s2 = blockHalf<T>(x, leftStep, p2, rightStep);
      let s3 = blockHalf<T>(x, leftStep, p3, rightStep);
      // See spmm: keeps the halves apart.
      if (never) {
        s0 = f32x4.neg(s0);
        s1 = f32x4.neg(s1);
        s2 = f32x4.neg(s2);
        s3 = f32x4.neg(s3);
      }
      s0 = f32x4.add(s0, blockHalf<T>(x + x1, leftStep, p0 + d1, rightStep));
      s1 = f32x4.add(s1, blockHalf<T>(x + x1, leftStep, p1 + d1, rightStep));
      s2 = f32x4.add(s2, blockHalf<T>(x + x1, leftStep, p2 + d1, rightStep));
      s3 = f32x4.add(s3, blockHalf<T>(x + x1, leftStep, p3 + d1, rightStep));
      const g = gradient + (k << 2);
      v128.store(g, f32x4.add(v128.load(g), sumsOf(s0, s1, s2, s3)));
    }
    for (; k < end; k++) {
      const p = right + (<usize>load<u32>(indices + (k << 2)) << featureShift<T>());
      const s = blockHalf<T>(x, leftStep, p, rightStep);
      const t = blockHalf<T>(x + x1, leftStep, p + d1, rightStep);
      const g = gradient + (k << 2);
      store<f32>(g, load<f32>(g) + sumOf(f32x4.add(s, t)));
    }
  }
}

/** The products of half of a block, in one vector. */
// @ts-ignore: decorator
@inline
function blockHalf<T>(x: usize, xStep: usize, d: usize, dStep: usize): v128 {
  const s = half<T>(x, d, 0);
  if (sizeof<T>() == 2) return s;
  return f32x4.add(s, half<T>(x + xStep, d + dStep, 0));
}

/** Adds every unit's deltas at the pixels of a block, four units at a time, to the gradients by the bias. */
export function biasBlock<T>(units: i32, gradients: usize, dy: usize, step: usize): void {
  let o = 0;
  for (; o + 4 <= units; o += 4) {
    const d = dy + <usize>o * featureBytes<T>();
    const g = gradients + (<usize>o << 2);
    const s = sumsOf(
      blockSum<T>(d, step),
      blockSum<T>(d + featureBytes<T>(), step),
      blockSum<T>(d + 2 * featureBytes<T>(), step),
      blockSum<T>(d + 3 * featureBytes<T>(), step),
    );
    v128.store(g, f32x4.add(v128.load(g), s));
  }
  for (; o < units; o++) {
    const g = gradients + (<usize>o << 2);
    store<f32>(g, load<f32>(g) + sumOf(blockSum<T>(dy + <usize>o * featureBytes<T>(), step)));
  }
}

// @ts-ignore: decorator
@inline
function blockSum<T>(d: usize, step: usize): v128 {
  if (sizeof<T>() == 2) return f32x4.add(featureSum<T>(d), featureSum<T>(d + step));
  return f32x4.add(
    f32x4.add(featureSum<T>(d), featureSum<T>(d + step)),
    f32x4.add(featureSum<T>(d + 2 * step), featureSum<T>(d + 3 * step)),
  );
}

/** The sum of up to 16 lanes, in one vector. */
// @ts-ignore: decorator
@inline
export function featureSum<T>(d: usize): v128 {
  const s = f32x4.add(v128.load(d), v128.load(d, 16));
  if (sizeof<T>() == 1) return s;
  return f32x4.add(s, f32x4.add(v128.load(d, 32), v128.load(d, 48)));
}
