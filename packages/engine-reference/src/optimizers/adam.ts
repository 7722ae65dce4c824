import type { OptimizerOptions } from '@espalier/core';
import { AGE, type Optimizer } from './optimizer.js';

const FIRST = 'first_moment';
const SECOND = 'second_moment';

/**
 * Adam: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, and with m' = m / (1 - b1^a), v' = v / (1 - b2^a):
 * w -= learningRate m' / (sqrt(v') + epsilon). `adam` adds weightDecay w to g, `adamw` takes
 * learningRate weightDecay w off the weight; both for kernels only.
 *
 * Paper: Kingma, Ba, "Adam", algorithm 1, arXiv 1412.6980; Loshchilov, Hutter, "Decoupled Weight Decay
 * Regularization", algorithm 2, arXiv 1711.05101. Differs: a is each weight's own age, not the step, so that the
 * first step of a weight grown late has the size of the learning rate as everyone's first step has.
 */
export function adam(options: OptimizerOptions): Optimizer {
  const { use, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  return {
    slots: [FIRST, SECOND, AGE],
    firstMoment: FIRST,
    step(parameter, positions, { learningRate, decays }) {
      const { values, gradient } = parameter;
      const first = parameter.slot(FIRST);
      const second = parameter.slot(SECOND);
      const age = parameter.slot(AGE);
      const decay = decays ? weightDecay : 0;
      for (const position of positions) {
        const weight = values[position]!;
        const g = gradient[position]! + (use === 'adam' ? decay * weight : 0);
        const a = age[position]! + 1;
        const m = beta1 * first[position]! + (1 - beta1) * g;
        const v = beta2 * second[position]! + (1 - beta2) * g * g;
        first[position] = m;
        second[position] = v;
        age[position] = a;
        const update = m / (1 - beta1 ** a) / (Math.sqrt(v / (1 - beta2 ** a)) + epsilon);
        const decoupled = use === 'adamw' ? decay * weight : 0;
        values[position] = weight - learningRate * (update + decoupled);
      }
    },
  };
}
