import type { LayerDescription } from '@espalier/core';

/** A layer that the golden vectors describe as [out, in] or [out, in / groups, kh, kw], in canonical form. */
export interface OutInLayer {
  readonly description: LayerDescription;
  /** Values in the canonical order. */
  canonical(values: readonly number[]): number[];
  /** Values in the order of the vectors. */
  outIn(values: ArrayLike<number>): number[];
  /** Ascending positions in the order of the vectors. */
  outInPositions(positions: ArrayLike<number>): number[];
}

/** Converts shapes, matrices and positions between the golden vectors' order and the canonical one. */
export function fromOutIn(name: string, shape: readonly number[], groups = 1): OutInLayer {
  const [out, inputs, ...kernel] = shape as [number, number, ...number[]];
  const area = kernel.reduce((product, n) => product * n, 1);
  const size = out * inputs * area;
  // The vectors' position (u, i, k) is the canonical position (k, i, u).
  const toCanonical = Array.from({ length: size }, (_, p) => {
    const k = p % area;
    const i = Math.floor(p / area) % inputs;
    const u = Math.floor(p / (area * inputs));
    return (k * inputs + i) * out + u;
  });
  const toOutIn = Array.from({ length: size }, (_, p) => toCanonical.indexOf(p));
  return {
    description: {
      name,
      kind: kernel.length === 0 ? 'dense' : 'convolution',
      shape: [...kernel, inputs, out],
      groups,
    },
    canonical: (values) => toOutIn.map((p) => values[p]!),
    outIn: (values) => toCanonical.map((p) => values[p]!),
    outInPositions: (positions) => Array.from(positions, (p) => toOutIn[p]!).sort((a, b) => a - b),
  };
}
