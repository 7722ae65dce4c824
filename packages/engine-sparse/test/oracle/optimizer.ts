/** Settings as the kernels hold them, in float32. */
export interface Settings {
  readonly use: 'sgd' | 'nesterov' | 'adam' | 'adamw';
  readonly rate: number;
  readonly momentum: number;
  readonly decay: number;
  /** Besides the decay, added to the gradient whatever the optimizer. */
  readonly pull: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** One weight and its slots. */
export interface Weight {
  readonly value: number;
  /** Velocity, or the first moment. */
  readonly first: number;
  readonly second: number;
  /** Steps that the weight has lived through. */
  readonly age: number;
}

/** One step of one weight. */
export function optimize(settings: Settings, weight: Weight, gradient: number): Weight {
  const { use, rate, momentum, decay, pull, beta1, beta2, epsilon } = settings;
  const { value, first, second, age } = weight;
  if (use === 'sgd' || use === 'nesterov') {
    const g = gradient + (decay + pull) * value;
    const velocity = momentum * first + g;
    const direction = use === 'nesterov' ? g + momentum * velocity : velocity;
    return { value: value - rate * direction, first: velocity, second, age };
  }
  const g = gradient + (use === 'adam' ? decay + pull : pull) * value;
  const m = beta1 * first + (1 - beta1) * g;
  const v = beta2 * second + (1 - beta2) * g * g;
  const update = m / (1 - beta1 ** (age + 1)) / (Math.sqrt(v / (1 - beta2 ** (age + 1))) + epsilon);
  const shrinks = use === 'adamw' ? decay * value : 0;
  return { value: value - rate * (update + shrinks), first: m, second: v, age: age + 1 };
}
