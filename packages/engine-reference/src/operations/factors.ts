import type { Factors, LayerShape } from '@espalier/core';
import type { SlidingPixels } from './pixels.js';

/** What a layer of weights saw of one batch: activations before it, and deltas behind it. */
export interface Tap {
  readonly examples: number;
  /** Shape [examples, input pixels, inputs]. */
  readonly input: Float64Array;
  /** Gradient by the output, shape [examples, output pixels, units]. */
  readonly upstream: Float64Array;
}

/**
 * How strongly each row of a kernel and each unit took part in a batch, see {@link Factors}. Places in the padding are 0
 * and add nothing.
 */
export function factorsOf(
  { inputs, units }: LayerShape,
  { cells, inputPixels, outputPixels }: SlidingPixels,
  { examples, input, upstream }: Tap,
  sign: ((example: number) => 1 | -1) | undefined,
): Factors {
  const rows = new Float64Array(cells.length * inputs);
  const columns = new Float64Array(units);
  for (let n = 0; n < examples; n++) {
    const signed = sign?.(n);
    const part = (value: number) => (signed === undefined ? Math.abs(value) : signed * value);
    cells.forEach(({ from }, cell) => {
      for (const pixel of from) {
        for (let channel = 0; channel < inputs; channel++) {
          rows[cell * inputs + channel]! += part(input[(n * inputPixels + pixel) * inputs + channel]!);
        }
      }
    });
    for (let i = 0; i < outputPixels * units; i++) {
      columns[i % units]! += part(upstream[n * outputPixels * units + i]!);
    }
  }
  return { rows: Float32Array.from(rows, Math.abs), units: Float32Array.from(columns, Math.abs) };
}
