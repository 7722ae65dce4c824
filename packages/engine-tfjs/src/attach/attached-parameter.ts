import * as tf from '@tensorflow/tfjs';
import { download } from '../engine/host-memory.js';
import { maskOf } from '../engine/mask.js';
import type { DenseState, MaskableParameter, Topology } from '../engine/parameter.js';
import { slotsOf } from './optimizer-slots.js';

/** A variable of a user's model with the slots that the user's optimizer keeps for it. */
export class AttachedParameter implements MaskableParameter {
  readonly size: number;
  #active: Uint32Array | undefined;
  #mask: tf.Tensor | undefined;

  constructor(
    readonly variable: tf.Variable,
    private readonly optimizer: tf.Optimizer,
  ) {
    this.size = variable.size;
  }

  get active(): Uint32Array | undefined {
    return this.#active;
  }

  values(): Float32Array {
    return download(this.variable);
  }

  read(): DenseState {
    const slots = Object.entries(slotsOf(this.optimizer, this.variable));
    return {
      weights: this.values(),
      slots: Object.fromEntries(slots.map(([name, slot]) => [name, download(slot)] as const)),
    };
  }

  edit(change: (state: DenseState) => void, { active }: Topology): void {
    const state = this.read();
    const slots = slotsOf(this.optimizer, this.variable);
    change(state);
    tf.tidy(() => {
      this.variable.assign(tf.tensor(state.weights, this.variable.shape));
      for (const [name, slot] of Object.entries(slots))
        slot.assign(tf.tensor(state.slots[name]!, slot.shape));
    });
    if (active === this.#active) return;
    this.dispose();
    // Under model.fit this runs inside a tidy of TensorFlow.js, which would take the mask with it.
    this.#mask = active && tf.keep(maskOf(active, this.variable.shape, 'float32'));
    this.#active = active;
  }

  /** A gradient or weight with 0 where inactive. */
  masked(tensor: tf.Tensor): tf.Tensor {
    return this.#mask ? tf.mul(tensor, this.#mask) : tensor;
  }

  /** Sets inactive weights back to 0, whatever an optimizer did to them. */
  remask(): void {
    if (this.#mask) this.variable.assign(this.masked(this.variable));
  }

  dispose(): void {
    this.#mask?.dispose();
    this.#mask = undefined;
  }
}
