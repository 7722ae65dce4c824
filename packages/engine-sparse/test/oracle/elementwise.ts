/** The activations, in the order of assembly/elementwise.ts. */
export const ACTIVATIONS = ['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid'] as const;

export type Activation = (typeof ACTIVATIONS)[number];

const SCALE = Math.sqrt(2 / Math.PI);

export function activate(activation: Activation, leak: number, x: number): number {
  if (Number.isNaN(x)) return x;
  switch (activation) {
    case 'relu':
      return Math.max(x, 0);
    case 'leakyRelu':
      return x > 0 ? x : leak * x;
    case 'gelu':
      return 0.5 * x * (1 + Math.tanh(SCALE * (x + 0.044715 * x ** 3)));
    case 'tanh':
      return Math.tanh(x);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-x));
  }
}

export function slopeOf(activation: Activation, leak: number, x: number): number {
  switch (activation) {
    case 'relu':
      return x > 0 ? 1 : 0;
    case 'leakyRelu':
      return x > 0 ? 1 : leak;
    case 'gelu': {
      const t = Math.tanh(SCALE * (x + 0.044715 * x ** 3));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * SCALE * (1 + 3 * 0.044715 * x ** 2);
    }
    case 'tanh':
      return Math.cosh(x) ** -2;
    case 'sigmoid':
      return 1 / (2 + Math.exp(x) + Math.exp(-x));
  }
}

/** What a mask of dropout leaves of [feature][lane]; `kept` is [examples, features]. */
export function drop(
  features: number,
  lanes: number,
  from: number,
  kept: readonly number[],
  scale: number,
  source: Float32Array,
): Float64Array {
  const target = new Float64Array(source.length);
  for (let f = 0; f < features; f++) {
    for (let lane = 0; lane < lanes; lane++) {
      if (kept[(from + lane) * features + f]) target[f * lanes + lane] = source[f * lanes + lane]! * scale;
    }
  }
  return target;
}
