// RELAXED is set by the build: 1 in the module that may fuse multiplication and addition.

/** a x b + c */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (RELAXED) return v128.relaxed_madd<f32>(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The lanes of a tile: 32, 16, 8 or 4, told by a type as there are no numbers as type parameters. */
// @ts-ignore: decorator
@inline
export function lanesOf<T>(): i32 {
  return sizeof<T>() * 4;
}

/** Bytes of one feature of a tile. */
// @ts-ignore: decorator
@inline
export function featureBytes<T>(): usize {
  return sizeof<T>() * 16;
}

/** log2 of {@link featureBytes}. */
// @ts-ignore: decorator
@inline
export function featureShift<T>(): usize {
  return sizeof<T>() == 8 ? 7 : sizeof<T>() == 4 ? 6 : sizeof<T>() == 2 ? 5 : 4;
}

/** Bytes from the first vector of a block of eight to its fifth. */
// @ts-ignore: decorator
@inline
export function secondHalf<T>(step: usize): usize {
  return sizeof<T>() == 8 ? 64 : step * (4 / sizeof<T>());
}

/** The sums of four vectors, in one vector. */
// @ts-ignore: decorator
@inline
export function sumsOf(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const a = f32x4.add(
    v128.shuffle<f32>(s0, s1, 0, 4, 1, 5),
    v128.shuffle<f32>(s0, s1, 2, 6, 3, 7),
  );
  const b = f32x4.add(
    v128.shuffle<f32>(s2, s3, 0, 4, 1, 5),
    v128.shuffle<f32>(s2, s3, 2, 6, 3, 7),
  );
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/** The sum of one vector. */
// @ts-ignore: decorator
@inline
export function sumOf(s: v128): f32 {
  const pairs = f32x4.add(s, v128.shuffle<f32>(s, s, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Writes four rows of four values transposed, a row every `to` bytes. */
// @ts-ignore: decorator
@inline
export function transpose4(p0: usize, p1: usize, p2: usize, p3: usize, target: usize, to: usize): void {
  const r0 = v128.load(p0);
  const r1 = v128.load(p1);
  const r2 = v128.load(p2);
  const r3 = v128.load(p3);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
  v128.store(target + to, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
  v128.store(target + 2 * to, v128.shuffle<f32>(c, d, 0, 1, 4, 5));
  v128.store(target + 3 * to, v128.shuffle<f32>(c, d, 2, 3, 6, 7));
}
