import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../optimizer/optimizer.js';
import { viewValues } from './host-memory.js';
import type { DenseState, Topology, TrainedParameter } from './parameter.js';
import { gather, scatter } from './topology.js';

/**
 * A parameter whose state lives in host memory, for backends that compute there: a step of the optimizer
 * touches only the positions that move, and the variable gets the values afterwards.
 */
export class HostParameter implements TrainedParameter {
  readonly size: number;
  readonly #state: DenseState;
  #topology: Topology = { active: undefined };
  /** What the variable gets, where values stay off the mask. */
  #effective: Float32Array | undefined;
  #uploaded: object;

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
    const slots = optimizer.slots.map((slot) => [slot, new Float32Array(this.size)]);
    this.#state = { weights: Float32Array.from(variable.dataSync()), slots: Object.fromEntries(slots) };
    this.#uploaded = variable.dataId;
  }

  get active(): Uint32Array | undefined {
    return this.#topology.active;
  }

  values(): Float32Array {
    return this.read().weights;
  }

  read(): DenseState {
    this.#adopt();
    return this.#state;
  }

  edit(change: (state: DenseState) => void, topology: Topology): void {
    this.#adopt();
    change(this.#state);
    this.#topology = topology;
    this.#effective = topology.latent && topology.active ? new Float32Array(this.size) : undefined;
    this.#upload();
  }

  step(gradient: tf.Tensor, learningRate: number): void {
    this.#adopt();
    const values = viewValues(gradient);
    const { active, latent } = this.#topology;
    const move = (positions: Uint32Array | undefined, decay: number, pull: number) =>
      this.optimizer.onHost({ ...this.#state, active: positions, decay, pull }, values, learningRate);
    if (latent) {
      move(active, this.decay, latent.decay.active);
      if (active) move(latent.moving, 0, latent.decay.inactive);
    } else if (this.denseSlots && active) {
      move(undefined, this.decay, 0);
      const { weights } = this.#state;
      const kept = gather(weights, active);
      weights.fill(0);
      scatter(weights, active, kept);
    } else move(active, this.decay, 0);
    this.#upload();
  }

  dispose(): void {}

  /** Takes over what somebody else wrote to the variable, at active positions. */
  #adopt(): void {
    if (this.variable.dataId === this.#uploaded) return;
    const { weights } = this.#state;
    const written = this.variable.dataSync();
    const { active } = this.#topology;
    if (active) for (const position of active) weights[position] = written[position]!;
    else weights.set(written);
    this.#upload();
  }

  #upload(): void {
    const { active } = this.#topology;
    const { weights } = this.#state;
    const effective = this.#effective;
    if (effective && active) for (const position of active) effective[position] = weights[position]!;
    const given = effective ?? weights;
    // A new tensor each time, never the old one's memory: XNNPACK keeps packed copies of weights by tensor. The
    // cpu backend would hold on to the array itself.
    const values = tf.getBackend() === 'cpu' ? given.slice() : given;
    const tensor = tf.tensor(values, this.variable.shape);
    this.variable.assign(tensor);
    tensor.dispose();
    this.#uploaded = this.variable.dataId;
  }
}
