import { featureBytes, secondHalf, sumOf, sumsOf } from './simd';

/**
 * Adds every unit's deltas over a block, four units at a time, to the gradients by the bias. T and P as in spmm.
 * @param step - bytes from a pixel to the next
 */
export function addToBias<T, P>(units: i32, gradients: usize, dy: usize, step: usize): void {
  let o = 0;
  for (; o + 4 <= units; o += 4) {
    const d = dy + <usize>o * featureBytes<T>();
    const g = gradients + (<usize>o << 2);
    const s = sumsOf(
      blockSum<T, P>(d, step),
      blockSum<T, P>(d + featureBytes<T>(), step),
      blockSum<T, P>(d + 2 * featureBytes<T>(), step),
      blockSum<T, P>(d + 3 * featureBytes<T>(), step),
    );
    v128.store(g, f32x4.add(v128.load(g), s));
  }
  for (; o < units; o++) {
    const g = gradients + (<usize>o << 2);
    store<f32>(g, load<f32>(g) + sumOf(blockSum<T, P>(dy + <usize>o * featureBytes<T>(), step)));
  }
}

/** The sum of a feature over a block, in one vector. */
// @ts-ignore: decorator
@inline
function blockSum<T, P>(d: usize, step: usize): v128 {
  const s = halfSum<T, P>(d, step);
  return sizeof<P>() == 8 ? f32x4.add(s, halfSum<T, P>(d + secondHalf<T>(step), step)) : s;
}

// @ts-ignore: decorator
@inline
function halfSum<T, P>(first: usize, step: usize): v128 {
  let d = first;
  const s = v128.load(d);
  if (sizeof<P>() == 1) return s;
  if (sizeof<T>() == 1) d += step;
  const pair = f32x4.add(s, v128.load(d, (1 & (sizeof<T>() - 1)) << 4));
  if (sizeof<P>() == 2) return pair;
  if (sizeof<T>() <= 2) d += step;
  const t = v128.load(d, (2 & (sizeof<T>() - 1)) << 4);
  if (sizeof<T>() == 1) d += step;
  return f32x4.add(pair, f32x4.add(t, v128.load(d, (3 & (sizeof<T>() - 1)) << 4)));
}
