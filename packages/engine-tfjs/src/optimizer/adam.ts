import type { OptimizerOptions } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { BiasCorrections } from './bias-corrections.js';
import { maskedAssign } from './masked-assign.js';
import type { DeviceTensors, HostTensors } from './optimizer.js';

/**
 * Adam and AdamW in host memory. The moments are corrected by each weight's own age, so that a regrown weight
 * takes a first step of about the learning rate like any other, not of several times that.
 *
 * Paper: Kingma, Ba, Adam, 2015, arXiv 1412.6980; Loshchilov, Hutter, Decoupled Weight Decay, 2019, arXiv
 * 1711.05101. Differs: the age per weight.
 */
export function adamOnHost({ use, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: OptimizerOptions) {
  const firstCorrections = new BiasCorrections(beta1);
  const secondCorrections = new BiasCorrections(beta2);
  const decoupled = use === 'adamw';
  return (
    { weights, slots, active, decay, pull }: HostTensors,
    gradient: Float32Array,
    learningRate: number,
  ) => {
    const m = slots.first_moment!;
    const v = slots.second_moment!;
    const ages = slots.age!;
    const count = active ? active.length : weights.length;
    const coefficient = decoupled ? pull : decay + pull;
    for (let k = 0; k < count; k++) {
      const i = active ? active[k]! : k;
      const w = weights[i]!;
      const g = gradient[i]! + coefficient * w;
      const age = ages[i]! + 1;
      const first = beta1 * m[i]! + (1 - beta1) * g;
      const second = beta2 * v[i]! + (1 - beta2) * g * g;
      ages[i] = age;
      m[i] = first;
      v[i] = second;
      const step =
        first / firstCorrections.at(age) / (Math.sqrt(second / secondCorrections.at(age)) + epsilon);
      weights[i] = w - learningRate * (decoupled ? step + decay * w : step);
    }
  };
}

/** The same by operations of the backend. */
export function adamOnDevice({ use, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: OptimizerOptions) {
  const decoupled = use === 'adamw';
  // 1 - beta^age by expm1, as the plain difference has few digits left while the age is small.
  const correction = (beta: number, age: tf.Tensor) => tf.neg(tf.expm1(tf.mul(age, Math.log(beta))));
  return ({ weights, slots, mask, decay }: DeviceTensors, gradient: tf.Tensor, learningRate: number) =>
    tf.tidy(() => {
      const m = slots.first_moment!;
      const v = slots.second_moment!;
      const age = slots.age!;
      const g = decay && !decoupled ? tf.add(gradient, tf.mul(weights, decay)) : gradient;
      const older = tf.add(age, 1);
      const first = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
      const second = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2));
      const root = tf.sqrt(tf.div(second, correction(beta2, older)));
      const adaptive = tf.div(tf.div(first, correction(beta1, older)), tf.add(root, epsilon));
      const step = decay && decoupled ? tf.add(adaptive, tf.mul(weights, decay)) : adaptive;
      maskedAssign(age, older, mask);
      maskedAssign(m, first, mask);
      maskedAssign(v, second, mask);
      maskedAssign(weights, tf.sub(weights, tf.mul(step, learningRate)), mask);
    });
}
