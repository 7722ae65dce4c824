import {
  allWithout,
  type EngineLayer,
  type LatentOptions,
  type LayerDescription,
  type LayerKind,
  type Positions,
  type Proposal,
  type Signal,
  strongestOf,
  type TopologyChange,
  without,
} from '@espalier/core';
import type * as tf from '@tensorflow/tfjs';
import { viewValues } from './host-memory.js';
import type { DenseState, MaskableParameter } from './parameter.js';
import {
  activeAfter,
  asIndices,
  type ChangeSite,
  checkChange,
  commitChange,
  gather,
  scatter,
} from './topology.js';

/** What a layer has whose values stay off the mask. */
export interface LatentLayerState {
  readonly decay: LatentOptions['decay'];
  /** The inactive positions that the optimizer moves; may list active ones, which are moved as such. */
  readonly trained: Positions | 'all';
}

/** One maskable weight tensor with the signals of the last step. */
export class MaskedLayer implements EngineLayer {
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly groups: number;
  readonly outputPositions: number;
  readonly sources?: readonly string[];
  #active: Uint32Array = new Uint32Array(0);
  #gradient: Float32Array | undefined;
  #shown: ReadonlySet<Signal> = new Set();
  #latent: LatentLayerState | undefined;

  /**
   * @param firstMoment - the slot behind the `momentum` signal
   * @param guard - throws once the engine is disposed
   */
  constructor(
    description: LayerDescription,
    readonly parameter: MaskableParameter,
    private readonly firstMoment: string,
    private readonly guard: () => void,
  ) {
    this.name = description.name;
    this.kind = description.kind;
    this.shape = description.shape;
    this.groups = description.groups ?? 1;
    this.outputPositions = description.outputPositions ?? 1;
    if (description.sources) this.sources = description.sources;
  }

  get active(): Uint32Array {
    this.guard();
    return this.#active;
  }

  /** The gradient signal, where the last step was asked for it. */
  get heldGradient(): Float32Array | undefined {
    return this.#gradient;
  }

  /** @throws TypeError where a change does not go with the present topology */
  check(change: TopologyChange): void {
    checkChange(change, this.#site());
  }

  /** Commits a checked change. */
  commit(change: TopologyChange): void {
    const site = this.#site();
    const { trained = this.#latent?.trained } = change;
    const latent = this.#latent && trained && { ...this.#latent, trained };
    this.rewire(
      activeAfter(change, site).slice(),
      (state) => commitChange(state, change, site, this.firstMoment),
      latent,
    );
  }

  #site(): ChangeSite {
    const isLatent = this.#latent !== undefined;
    return { active: this.#active, size: this.parameter.size, gradient: this.#gradient, isLatent };
  }

  /** Which values off the mask are trained; undefined where there are none. */
  get latent(): LatentLayerState | undefined {
    return this.#latent;
  }

  /** Replaces the topology; `change` writes the weights and slots that go with it. */
  rewire(
    active: Positions,
    change: (state: DenseState) => void,
    latent: LatentLayerState | undefined = this.#latent,
  ): void {
    const { size } = this.parameter;
    this.#active = asIndices(active);
    this.#latent = latent;
    // A layer kept dense needs no mask, and the parameter then does no work for one.
    const mask = active.length === size ? undefined : this.#active;
    if (latent === undefined) this.parameter.edit(change, { active: mask });
    else {
      const { trained, decay } = latent;
      const moving = asIndices(trained === 'all' ? allWithout(size, active) : without(trained, active));
      this.parameter.edit(change, { active: mask, latent: { moving, decay } });
    }
  }

  /** Takes up the signals of a step. */
  hold(gradient: tf.Tensor, signals: ReadonlySet<Signal>, accumulate: boolean): void {
    this.#shown = new Set(signals);
    if (!signals.has('gradient')) {
      this.#gradient = undefined;
      return;
    }
    const values = viewValues(gradient);
    if (!accumulate || !this.#gradient) {
      this.#gradient ??= new Float32Array(this.parameter.size);
      this.#gradient.set(values);
    } else {
      const sum = this.#gradient;
      for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
    }
  }

  /** Takes up the gradient signal of a saved state; no other signal is readable then. */
  restore(gradient: Float32Array | undefined): void {
    this.#gradient = gradient;
    this.#shown = new Set();
  }

  weights(): Float32Array {
    this.guard();
    return gather(this.parameter.values(), this.#active);
  }

  setWeights(values: Float32Array): void {
    this.guard();
    if (values.length !== this.#active.length) {
      throw new TypeError(
        `${this.name} has ${this.#active.length} active weights, but got ${values.length} values.`,
      );
    }
    this.rewire(this.#active, ({ weights }) => scatter(weights, this.#active, values));
  }

  signal(name: Signal, positions: Positions): Float32Array {
    if (name !== 'momentum') return gather(this.#everywhere(name), positions);
    this.guard();
    if (!this.#shown.has(name)) throw this.#notRequested(name);
    const [off] = without(positions, this.#active);
    if (off !== undefined) {
      throw new TypeError(
        `${this.name} has no momentum at position ${off}, which is not active: momentum exists at active positions only.`,
      );
    }
    return gather(this.#moment(), positions);
  }

  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal {
    return strongestOf(this.#everywhere(name), limit, excluded, atLeast);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    visit(0, this.#everywhere(name));
  }

  /** The values of a signal that exists at every position. */
  #everywhere(name: Signal): Float32Array {
    this.guard();
    if (name === 'momentum') {
      throw new TypeError(`${this.name}: momentum exists at active positions only; read it with signal().`);
    }
    if (name === 'gradient' && this.#gradient) return this.#gradient;
    if (name === 'weight' && this.#shown.has(name)) return this.parameter.values();
    if (name === 'denseMomentum' && this.#shown.has(name)) return this.#moment();
    throw this.#notRequested(name);
  }

  #moment(): Float32Array {
    // An optimizer of TensorFlow.js has no slots before its first step.
    return this.parameter.read().slots[this.firstMoment] ?? new Float32Array(this.parameter.size);
  }

  #notRequested(name: Signal): TypeError {
    return new TypeError(
      `${this.name}: the last step was not asked for the signal "${name}"; name it in StepRequest.signals.`,
    );
  }
}
