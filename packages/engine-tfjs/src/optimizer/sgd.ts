import type { OptimizerOptions } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { maskedAssign } from './masked-assign.js';
import type { DeviceTensors, HostTensors } from './optimizer.js';

/** Stochastic gradient descent with momentum and Nesterov momentum, in host memory. */
export function sgdOnHost({ momentum = 0, nesterov = false }: OptimizerOptions) {
  return (
    { weights, slots, active, decay, pull }: HostTensors,
    gradient: Float32Array,
    learningRate: number,
  ) => {
    const velocity = slots.momentum!;
    const count = active ? active.length : weights.length;
    const coefficient = decay + pull;
    for (let k = 0; k < count; k++) {
      const i = active ? active[k]! : k;
      const w = weights[i]!;
      const g = gradient[i]! + coefficient * w;
      const v = momentum * velocity[i]! + g;
      velocity[i] = v;
      weights[i] = w - learningRate * (nesterov ? g + momentum * v : v);
    }
  };
}

/** The same by operations of the backend. */
export function sgdOnDevice({ momentum = 0, nesterov = false }: OptimizerOptions) {
  return ({ weights, slots, mask, decay }: DeviceTensors, gradient: tf.Tensor, learningRate: number) =>
    tf.tidy(() => {
      const velocity = slots.momentum!;
      const g = decay ? tf.add(gradient, tf.mul(weights, decay)) : gradient;
      const v = momentum ? tf.add(tf.mul(velocity, momentum), g) : g;
      const step = nesterov ? tf.add(g, tf.mul(v, momentum)) : v;
      maskedAssign(velocity, v, mask);
      maskedAssign(weights, tf.sub(weights, tf.mul(step, learningRate)), mask);
    });
}
