import * as tf from '@tensorflow/tfjs';
import { maskOf } from './mask.js';
import type { LatentMoves } from './parameter.js';
import { scatter } from './topology.js';

/** The values of a parameter that stay off the mask, where the backend computes. */
export class DeviceLatent {
  /** The value of every position. */
  readonly values: tf.Variable;
  /** True where a value moves; undefined for everywhere. */
  readonly mask: tf.Tensor | undefined;
  /** Coefficient of the optimizer's weight decay, which stays with active weights. */
  readonly decay: number | tf.Tensor;
  readonly #pull: tf.Tensor;

  constructor(
    values: Float32Array,
    shape: number[],
    active: Uint32Array | undefined,
    { moving, decay }: LatentMoves,
    weightDecay: number,
  ) {
    this.values = tf.tidy(() => tf.variable(tf.tensor(values, shape), false));
    const positions = active ?? Uint32Array.from(values.keys());
    const at = (onMask: number, off: number) => {
      const all = new Float32Array(values.length);
      scatter(all, positions, new Float32Array(positions.length).fill(onMask));
      scatter(all, moving, new Float32Array(moving.length).fill(off));
      return tf.tensor(all, shape);
    };
    this.mask =
      active && tf.tidy(() => tf.logicalOr(maskOf(active, shape, 'bool'), maskOf(moving, shape, 'bool')));
    this.decay = weightDecay && at(weightDecay, 0);
    this.#pull = at(decay.active, decay.inactive);
  }

  /** A gradient with the decay that the request asks for. */
  pulled(gradient: tf.Tensor): tf.Tensor {
    return tf.add(gradient, tf.mul(this.values, this.#pull));
  }

  dispose(): void {
    this.values.dispose();
    this.mask?.dispose();
    this.#pull.dispose();
    if (typeof this.decay !== 'number') this.decay.dispose();
  }
}
