// Sums of products stay below 2^31: the more of them, the fewer bits are left for each factor. Errors grow faster
// than sums; from here on a screening would let too many pass.
const MOST_DEPTH = 1024;
/** Half of float32's relative spacing. */
const ROUNDING = 2 ** -24;

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** How factors are rounded to 16 bits, see assembly/screen.ts. */
export interface Shorts {
  /** The largest magnitude. */
  readonly most: number;
  /** Bits of a float32. */
  readonly reach: number;
}

/**
 * @param depth - how many products a sum has
 * @returns undefined where there is no use in 16 bits
 */
export function shortsFor(depth: number): Shorts | undefined {
  if (depth > MOST_DEPTH) return undefined;
  const most = Math.min(32767, Math.floor(Math.sqrt((2 ** 31 - 1) / depth)));
  float[0] = 0.51 + 1.01 * depth * ROUNDING * (most + 1);
  return { most, reach: floatBits[0]! };
}
