import type { Parameter } from '../parameter.js';
import type { Operation, Trace } from './operation.js';

/** The parameters of a batch normalisation, one value per channel each. */
export interface BatchNormParameters {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly movingMean: Parameter;
  readonly movingVariance: Parameter;
}

/**
 * Batch normalisation over the last axis: y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Training takes
 * the batch's own mean and biased variance, and moves the moving ones towards these, as tf.layers does;
 * evaluation takes the moving ones.
 *
 * Paper: Ioffe, Szegedy, "Batch Normalization", algorithms 1 and 2, arXiv 1502.03167. Differs: the moving
 * variance follows the biased variance, as in tf.layers, not the one corrected for the sample's size.
 */
export function batchNorm(parameters: BatchNormParameters, momentum: number, epsilon: number): Operation {
  const { gamma, beta, movingMean, movingVariance } = parameters;
  const channels = gamma.size;

  return ([x], pass): Trace => {
    const input = x!;
    const training = pass.training !== undefined;
    const rows = input.length / channels;
    const mean = training ? channelMeans(input, channels, (value) => value) : movingMean.values.slice();
    const variance = training
      ? channelMeans(input, channels, (value, channel) => (value - mean[channel]!) ** 2)
      : movingVariance.values.slice();
    const scale = variance.map((value) => 1 / Math.sqrt(value + epsilon));
    const normal = input.map((value, i) => (value - mean[i % channels]!) * scale[i % channels]!);
    const output = normal.map((value, i) => gamma.values[i % channels]! * value + beta.values[i % channels]!);

    function backward(upstream: Float64Array): readonly Float64Array[] {
      gamma.gradient.fill(0);
      beta.gradient.fill(0);
      for (let i = 0; i < upstream.length; i++) {
        gamma.gradient[i % channels]! += upstream[i]! * normal[i]!;
        beta.gradient[i % channels]! += upstream[i]!;
      }
      const gradient = upstream.map((value, i) => {
        const channel = i % channels;
        // Mean and variance depend on every value of the channel: what they pass back is taken off.
        const shared = (beta.gradient[channel]! + normal[i]! * gamma.gradient[channel]!) / rows;
        return gamma.values[channel]! * scale[channel]! * (value - (training ? shared : 0));
      });
      return [gradient];
    }

    function settle(): void {
      for (let channel = 0; channel < channels; channel++) {
        follow(movingMean.values, channel, mean[channel]!, momentum);
        follow(movingVariance.values, channel, variance[channel]!, momentum);
      }
    }
    return training ? { output, backward, settle } : { output, backward };
  };
}

function channelMeans(
  values: Float64Array,
  channels: number,
  term: (value: number, channel: number) => number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[i % channels]! += term(values[i]!, i % channels);
  return sums.map((sum) => sum / (values.length / channels));
}

function follow(moving: Float64Array, channel: number, batch: number, momentum: number): void {
  moving[channel] = momentum * moving[channel]! + (1 - momentum) * batch;
}
