import type { Batch, LayerShape } from '@espalier/core';

/**
 * How strongly each input is correlated with the input that each unit stands for: unit v of V for input floor(v I / V) of
 * I. Inputs that never change are correlated with none.
 *
 * @returns absolute Pearson correlations, one per position
 */
export function correlations({ inputs, units }: LayerShape, batches: readonly Batch[]): Float64Array {
  const columns = standardised(inputs, batches);
  const scores = new Float64Array(inputs * units);
  for (let unit = 0; unit < units; unit++) {
    const own = columns[Math.floor((unit * inputs) / units)]!;
    for (let input = 0; input < inputs; input++) {
      const other = columns[input]!;
      let product = 0;
      for (let b = 0; b < own.length; b++) product += own[b]! * other[b]!;
      scores[input * units + unit] = Math.abs(product);
    }
  }
  return scores;
}

/** Per input its values over all examples, shifted and scaled to mean 0 and length 1, or all 0. */
function standardised(inputs: number, batches: readonly Batch[]): Float64Array[] {
  const examples = batches.reduce((n, { size }) => n + size, 0);
  return Array.from({ length: inputs }, (_, input) => {
    const values = new Float64Array(examples);
    let filled = 0;
    for (const batch of batches) {
      for (let b = 0; b < batch.size; b++) values[filled++] = batch.inputs[b * inputs + input]!;
    }
    const mean = values.reduce((a, b) => a + b, 0) / examples;
    const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    return length === 0 ? values.fill(0) : values.map((value) => (value - mean) / length);
  });
}
