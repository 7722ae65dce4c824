import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizer/optimizer.js';
import { DeviceLatent } from './device-latent.js';
import { download } from './host-memory.js';
import { maskOf } from './mask.js';
import type { DenseState, Topology, TrainedParameter } from './parameter.js';

/** A parameter whose state lives where the backend computes; it is transferred on topology updates only. */
export class DeviceParameter implements TrainedParameter {
  readonly size: number;
  readonly #slots: Readonly<Record<string, tf.Variable>>;
  #active: Uint32Array | undefined;
  #mask: tf.Tensor | undefined;
  #latent: DeviceLatent | undefined;

  /**
   * @param decay - coefficient of the optimizer's weight decay
   * @param denseSlots - whether slots follow the gradient where nothing is active, too
   */
  constructor(
    readonly name: string,
    readonly variable: tf.Variable,
    private readonly optimizer: Optimizer,
    private readonly decay: number,
    private readonly denseSlots: boolean,
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
    return download(this.#latent?.values ?? this.variable);
  }

  read(): DenseState {
    const slots = Object.entries(this.#slots).map(([name, slot]) => [name, download(slot)] as const);
    return { weights: this.values(), slots: Object.fromEntries(slots) };
  }

  edit(change: (state: DenseState) => void, { active, latent }: Topology): void {
    const state = this.read();
    change(state);
    const { shape } = this.variable;
    if (active !== this.#active) {
      this.#mask?.dispose();
      this.#mask = active && maskOf(active, shape, 'bool');
      this.#active = active;
    }
    this.#latent?.dispose();
    this.#latent = latent && new DeviceLatent(state.weights, shape, active, latent, this.decay);
    tf.tidy(() => {
      this.#assign(this.#latent?.values ?? tf.tensor(state.weights, shape));
      for (const [name, slot] of Object.entries(this.#slots)) {
        slot.assign(tf.tensor(state.slots[name]!, shape));
      }
    });
  }

  step(gradient: tf.Tensor, learningRate: number): void {
    const slots = this.#slots;
    const latent = this.#latent;
    tf.tidy(() => {
      if (latent) {
        const { values: weights, mask, decay } = latent;
        this.optimizer.onDevice({ weights, slots, mask, decay }, latent.pulled(gradient), learningRate);
        this.#assign(weights);
        return;
      }
      const mask = this.denseSlots ? undefined : this.#mask;
      const tensors = { weights: this.variable, slots, mask, decay: this.decay };
      this.optimizer.onDevice(tensors, gradient, learningRate);
      if (this.denseSlots) this.#assign(this.variable);
    });
  }

  dispose(): void {
    this.#mask?.dispose();
    this.#mask = undefined;
    this.#latent?.dispose();
    this.#latent = undefined;
    for (const slot of Object.values(this.#slots)) slot.dispose();
  }

  /** Gives the variable values where they are active, and 0 elsewhere. */
  #assign(values: tf.Tensor): void {
    this.variable.assign(this.#mask ? tf.where(this.#mask, values, tf.zerosLike(values)) : values.clone());
  }
}
