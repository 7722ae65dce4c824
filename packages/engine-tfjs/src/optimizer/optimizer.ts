import { EspalierError, type OptimizerOptions, suggest } from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { adamOnDevice, adamOnHost } from './adam.js';
import { sgdOnDevice, sgdOnHost } from './sgd.js';

/** A tensor with its optimizer slots in host memory; all arrays are dense. */
export interface HostTensors {
  readonly weights: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
  /** The positions to change; undefined for all. */
  readonly active: Uint32Array | undefined;
  /** Coefficient of weight decay; 0 where it does not apply. */
  readonly decay: number;
  /** Added to the gradient, times the weight, by every optimizer. */
  readonly pull: number;
}

/** A tensor with its optimizer slots where the backend keeps them; all are dense. */
export interface DeviceTensors {
  readonly weights: tf.Variable;
  readonly slots: Readonly<Record<string, tf.Variable>>;
  /** True where a weight is to be changed; undefined for everywhere. */
  readonly mask: tf.Tensor | undefined;
  /** Coefficient of weight decay, or one per weight; 0 where it does not apply. */
  readonly decay: number | tf.Tensor;
}

/** An optimizer, computing in host memory or by operations of the backend; both come to the same. */
export interface Optimizer {
  /** Names of the slots per weight: `momentum`, or `first_moment`, `second_moment` and `age`. */
  readonly slots: readonly string[];
  /** The slot that the `momentum` signal shows and that seeds go to. */
  readonly firstMoment: string;
  readonly weightDecay: number;
  onHost(tensors: HostTensors, gradient: Float32Array, learningRate: number): void;
  onDevice(tensors: DeviceTensors, gradient: tf.Tensor, learningRate: number): void;
}

/** The slot that counts a weight's own optimizer steps since it was grown; whole numbers. */
export const AGE = 'age';

/**
 * The optimizer that some options describe; see {@link OptimizerOptions} for the formulas.
 * @throws EspalierError `ESPALIER_INVALID_OPTION` for a name that is none
 */
export function createOptimizer(options: OptimizerOptions): Optimizer {
  const weightDecay = options.weightDecay ?? 0;
  switch (options.use) {
    case 'sgd':
      return {
        slots: ['momentum'],
        firstMoment: 'momentum',
        weightDecay,
        onHost: sgdOnHost(options),
        onDevice: sgdOnDevice(options),
      };
    case 'adam':
    case 'adamw':
      return {
        slots: ['first_moment', 'second_moment', AGE],
        firstMoment: 'first_moment',
        weightDecay,
        onHost: adamOnHost(options),
        onDevice: adamOnDevice(options),
      };
    default: {
      const name = String((options as { use: unknown }).use);
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `There is no optimizer "${name}".${suggest(name, ['sgd', 'adam', 'adamw'])}`,
      );
    }
  }
}
