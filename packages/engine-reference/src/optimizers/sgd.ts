import type { OptimizerOptions } from '@espalier/core';
import type { Optimizer } from './optimizer.js';

const MOMENTUM = 'momentum';

/**
 * Stochastic gradient descent: v = momentum v + g, w -= learningRate v; with Nesterov's form
 * w -= learningRate (g + momentum v). g includes weightDecay w for kernels. Without momentum v is the last g.
 */
export function sgd({ momentum = 0, nesterov = false, weightDecay = 0 }: OptimizerOptions): Optimizer {
  return {
    slots: [MOMENTUM],
    firstMoment: MOMENTUM,
    step(parameter, positions, { learningRate, decays }) {
      const { values, gradient } = parameter;
      const velocity = parameter.slot(MOMENTUM);
      const decay = decays ? weightDecay : 0;
      for (const position of positions) {
        const g = gradient[position]! + decay * values[position]!;
        const v = momentum * velocity[position]! + g;
        velocity[position] = v;
        values[position]! -= learningRate * (nesterov ? g + momentum * v : v);
      }
    },
  };
}
