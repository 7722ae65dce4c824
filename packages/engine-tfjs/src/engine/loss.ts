import type { Batch, Loss } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { viewValues } from './host-memory.js';

/** The loss of one batch. */
export interface LossOfBatch {
  /** Sum of the examples' losses. */
  readonly sum: number;
  /** What is minimised: the mean over the examples, or for `output-sum` the sum. */
  readonly value: number;
  /** Gradient of `value` by the outputs. */
  readonly gradient: Float32Array;
  /** Correctly classified examples; of equal logits the first one counts as the answer. */
  readonly correct?: number;
}

/**
 * Computes the loss in host memory: outputs are few, and the step needs the number there in any case, so this
 * costs one transfer like a loss computed by the backend, and a dozen small operations less.
 * @param outputs - shape [batch.size, outputs per example]
 * @param batch - checked
 */
export function lossOf(loss: Loss, outputs: Float32Array, batch: Batch): LossOfBatch {
  switch (loss) {
    case 'cross-entropy':
      return crossEntropy(outputs, batch);
    case 'mean-squared-error':
      return meanSquaredError(outputs, batch);
    case 'output-sum':
      return outputSum(outputs);
  }
}

/**
 * The loss as a scalar that TensorFlow.js can differentiate.
 * @param observe - gets the loss as soon as it is known; where it throws, nothing is differentiated
 */
export function differentiableLoss(
  loss: Loss,
  outputs: tf.Tensor,
  batch: Batch,
  observe: (value: number) => void,
): tf.Scalar {
  const operation = tf.customGrad((logits) => {
    const { value, gradient } = lossOf(loss, viewValues(logits as tf.Tensor), batch);
    observe(value);
    return {
      value: tf.scalar(value),
      gradFunc: (upstream: tf.Tensor) => tf.mul(tf.tensor(gradient, outputs.shape), upstream),
    };
  });
  return operation(outputs) as tf.Scalar;
}

function crossEntropy(logits: Float32Array, { size, labels }: Batch): LossOfBatch {
  const classes = logits.length / size;
  const gradient = new Float32Array(logits.length);
  let sum = 0;
  let correct = 0;
  for (let example = 0; example < size; example++) {
    const first = example * classes;
    const label = labels![example]!;
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[first + c]! > logits[first + best]!) best = c;
    // Relative to the largest logit, so that no exponential overflows.
    const largest = logits[first + best]!;
    let total = 0;
    for (let c = 0; c < classes; c++) total += Math.exp(logits[first + c]! - largest);
    sum += Math.log(total) + largest - logits[first + label]!;
    for (let c = 0; c < classes; c++) {
      const probability = Math.exp(logits[first + c]! - largest) / total;
      gradient[first + c] = (probability - (c === label ? 1 : 0)) / size;
    }
    if (best === label) correct++;
  }
  return { sum, value: sum / size, gradient, correct };
}

function meanSquaredError(outputs: Float32Array, { size, targets }: Batch): LossOfBatch {
  const gradient = new Float32Array(outputs.length);
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    const error = outputs[i]! - targets![i]!;
    sum += error * error;
    gradient[i] = (2 * error) / outputs.length;
  }
  return { sum: sum / (outputs.length / size), value: sum / outputs.length, gradient };
}

function outputSum(outputs: Float32Array): LossOfBatch {
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) sum += outputs[i]!;
  return { sum, value: sum, gradient: new Float32Array(outputs.length).fill(1) };
}
