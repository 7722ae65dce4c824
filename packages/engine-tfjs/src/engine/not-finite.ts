import { EspalierError } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { computesOnHost, viewValues } from './host-memory.js';
import type { TrainedParameter } from './parameter.js';

/**
 * Makes sure that gradients are finite before anything is changed by them.
 * @param gradients - aligned with `parameters`
 * @param everywhere - whether inactive positions count, too
 * @throws EspalierError `ESPALIER_NOT_FINITE` naming the tensor
 */
export function checkGradients(
  parameters: readonly TrainedParameter[],
  gradients: readonly tf.Tensor[],
  everywhere: boolean,
  step: number,
): void {
  const isBroken = computesOnHost() ? isBrokenOnHost : isBrokenOnDevice;
  // On a device one transfer for all, as each waits for everything before it.
  if (!computesOnHost() && Number.isFinite(probe(gradients))) return;
  parameters.forEach((parameter, i) => {
    if (isBroken(gradients[i]!, everywhere ? undefined : parameter.active)) {
      throw notFinite(step, `the gradient by ${parameter.name} is not finite`);
    }
  });
}

/** The error for a loss, gradient or weight that is NaN or infinite. */
export function notFinite(step: number, what: string): EspalierError {
  return new EspalierError(
    'ESPALIER_NOT_FINITE',
    `At step ${step} ${what}. The weights were left as they were. A smaller learning rate may help.`,
  );
}

function isBrokenOnHost(gradient: tf.Tensor, positions: Uint32Array | undefined): boolean {
  const values = viewValues(gradient);
  const count = positions ? positions.length : values.length;
  // 0 for every finite number and NaN for any other, without a branch per value.
  let sum = 0;
  for (let k = 0; k < count; k++) sum += values[positions ? positions[k]! : k]! * 0;
  return sum !== 0;
}

function isBrokenOnDevice(gradient: tf.Tensor): boolean {
  return !Number.isFinite(probe([gradient]));
}

function probe(tensors: readonly tf.Tensor[]): number {
  return tf.tidy(() => tf.addN(tensors.map((tensor) => tf.sum(tf.mul(tensor, 0)))).dataSync()[0]!);
}
