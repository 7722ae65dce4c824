import * as tf from '@tensorflow/tfjs';
import type { DeviceTensors, Optimizer } from '../optimizer/optimizer.js';
import { download } from './host-memory.js';
import { maskOf } from './mask.js';
import type { DenseState, TrainedParameter } from './parameter.js';

/** A parameter whose state lives where the backend computes; it is transferred on topology updates only. */
export class DeviceParameter implements TrainedParameter {
  readonly size: number;
  readonly #slots: Readonly<Record<string, tf.Variable>>;
  #active: Uint32Array | undefined;
  #mask: tf.Tensor | undefined;

  constructor(
    readonly name: string,
    readonly variable: tf.Variable,
    private readonly optimizer: Optimizer,
    private readonly decay: number,
  ) {
    this.size = variable.size;
    this.#slots = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))]),
    );
  }

  get active(): Uint32Array | undefined {
    return this.#active;
  }

  values(): Float32Array {
    return download(this.variable);
  }

  read(): DenseState {
    const slots = Object.entries(this.#slots).map(([name, slot]) => [name, download(slot)] as const);
    return { weights: this.values(), slots: Object.fromEntries(slots) };
  }

  edit(change: (state: DenseState) => void, active: Uint32Array | undefined): void {
    const state = this.read();
    change(state);
    tf.tidy(() => {
      this.variable.assign(tf.tensor(state.weights, this.variable.shape));
      for (const [name, slot] of Object.entries(this.#slots)) {
        slot.assign(tf.tensor(state.slots[name]!, this.variable.shape));
      }
    });
    if (active === this.#active) return;
    this.#mask?.dispose();
    this.#mask = active && maskOf(active, this.variable.shape, 'bool');
    this.#active = active;
  }

  step(gradient: tf.Tensor, learningRate: number): void {
    const tensors: DeviceTensors = {
      weights: this.variable,
      slots: this.#slots,
      mask: this.#mask,
      decay: this.decay,
    };
    this.optimizer.onDevice(tensors, gradient, learningRate);
  }

  dispose(): void {
    this.#mask?.dispose();
    this.#mask = undefined;
    for (const slot of Object.values(this.#slots)) slot.dispose();
  }
}
