import type { Batch, Loss } from '@espalier/core';

/** The loss of one batch. */
export interface LossOfBatch {
  /** Sum of the examples' losses. */
  readonly sum: number;
  /** What is minimised: the mean over the examples, or for `output-sum` the sum. */
  readonly value: number;
  /** Gradient of `value` by the outputs. */
  readonly gradient: Float64Array;
  /** Correctly classified examples; of equal logits the first one counts as the answer. */
  readonly correct?: number;
}

/**
 * @param outputs - shape [batch.size, outputs per example]
 * @param batch - checked
 */
export function lossOf(loss: Loss, outputs: Float64Array, batch: Batch): LossOfBatch {
  switch (loss) {
    case 'cross-entropy':
      return crossEntropy(outputs, batch);
    case 'mean-squared-error':
      return meanSquaredError(outputs, batch);
    case 'output-sum': {
      const sum = outputs.reduce((a, b) => a + b, 0);
      return { sum, value: sum, gradient: new Float64Array(outputs.length).fill(1) };
    }
  }
}

function crossEntropy(logits: Float64Array, { size, labels }: Batch): LossOfBatch {
  const classes = logits.length / size;
  const gradient = new Float64Array(logits.length);
  let sum = 0;
  let correct = 0;
  for (let n = 0; n < size; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const label = labels![n]!;
    // Shifted by the largest logit, so that no exponential overflows.
    const largest = row.reduce((a, b) => Math.max(a, b));
    const exponentials = row.map((logit) => Math.exp(logit - largest));
    const total = exponentials.reduce((a, b) => a + b);
    sum += Math.log(total) + largest - row[label]!;
    for (let c = 0; c < classes; c++) {
      gradient[n * classes + c] = (exponentials[c]! / total - (c === label ? 1 : 0)) / size;
    }
    if (row.indexOf(largest) === label) correct++;
  }
  return { sum, value: sum / size, gradient, correct };
}

function meanSquaredError(outputs: Float64Array, { size, targets }: Batch): LossOfBatch {
  const perExample = outputs.length / size;
  const errors = outputs.map((output, i) => output - targets![i]!);
  const sum = errors.reduce((sum, error) => sum + error ** 2, 0) / perExample;
  return {
    sum,
    value: sum / size,
    gradient: errors.map((error) => (2 * error) / outputs.length),
  };
}
