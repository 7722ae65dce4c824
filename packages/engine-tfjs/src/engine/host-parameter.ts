import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizer/optimizer.js';
import { viewValues } from './host-memory.js';
import type { DenseState, TrainedParameter } from './parameter.js';

/**
 * A parameter whose state lives in host memory, for backends that compute there: a step of the optimizer
 * touches active positions only, and the variable gets the values afterwards.
 */
export class HostParameter implements TrainedParameter {
  readonly size: number;
  readonly #state: DenseState;
  #active: Uint32Array | undefined;
  #uploaded: object;

  constructor(
    readonly name: string,
    readonly variable: tf.Variable,
    private readonly optimizer: Optimizer,
    private readonly decay: number,
  ) {
    this.size = variable.size;
    const slots = optimizer.slots.map((slot) => [slot, new Float32Array(this.size)]);
    this.#state = { weights: Float32Array.from(variable.dataSync()), slots: Object.fromEntries(slots) };
    this.#uploaded = variable.dataId;
  }

  get active(): Uint32Array | undefined {
    return this.#active;
  }

  values(): Float32Array {
    return this.read().weights;
  }

  read(): DenseState {
    this.#adopt();
    return this.#state;
  }

  edit(change: (state: DenseState) => void, active: Uint32Array | undefined): void {
    this.#adopt();
    change(this.#state);
    this.#active = active;
    this.#upload();
  }

  step(gradient: tf.Tensor, learningRate: number): void {
    this.#adopt();
    const { weights, slots } = this.#state;
    const tensors = { weights, slots, active: this.#active, decay: this.decay };
    this.optimizer.onHost(tensors, viewValues(gradient), learningRate);
    this.#upload();
  }

  dispose(): void {}

  /** Takes over what somebody else wrote to the variable, at active positions. */
  #adopt(): void {
    if (this.variable.dataId === this.#uploaded) return;
    const { weights } = this.#state;
    const written = this.variable.dataSync();
    if (this.#active) for (const position of this.#active) weights[position] = written[position]!;
    else weights.set(written);
    this.#upload();
  }

  #upload(): void {
    // A new tensor each time, never the old one's memory: XNNPACK keeps packed copies of weights by tensor. The
    // cpu backend would hold on to the array itself.
    const { weights } = this.#state;
    const values = tf.getBackend() === 'cpu' ? weights.slice() : weights;
    const tensor = tf.tensor(values, this.variable.shape);
    this.variable.assign(tensor);
    tensor.dispose();
    this.#uploaded = this.variable.dataId;
  }
}
