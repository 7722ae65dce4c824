import type { ActivationName } from '@espalier/core';
import type { Operation } from './operation.js';

interface Nonlinearity {
  value(x: number): number;
  /** The derivative at x; at a kink the one from the left, as TensorFlow has it. */
  slope(x: number): number;
}

const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** An elementwise nonlinearity; `leak` is the slope of `leakyRelu` for negative values. */
export function activation(name: ActivationName, leak: number): Operation {
  const { value, slope } = nonlinearity(name, leak);
  return ([x]) => ({
    output: x!.map(value),
    backward: (upstream) => [upstream.map((gradient, i) => gradient * slope(x![i]!))],
  });
}

function nonlinearity(name: ActivationName, leak: number): Nonlinearity {
  switch (name) {
    case 'relu':
      // Math.max keeps a NaN, which a comparison would turn into 0.
      return { value: (x) => Math.max(0, x), slope: (x) => (x > 0 ? 1 : 0) };
    case 'leakyRelu':
      return { value: (x) => (x > 0 ? x : leak * x), slope: (x) => (x > 0 ? 1 : leak) };
    case 'tanh':
      return { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 };
    case 'sigmoid':
      return { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)) };
    case 'gelu':
      return { value: gelu, slope: geluSlope };
  }
}

/** Hendrycks, Gimpel, "Gaussian Error Linear Units", section 2, arXiv 1606.08415: the tanh approximation. */
function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x ** 3)));
}

function geluSlope(x: number): number {
  const t = Math.tanh(GELU_SCALE * (x + GELU_CUBIC * x ** 3));
  return 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * GELU_SCALE * (1 + 3 * GELU_CUBIC * x ** 2);
}
