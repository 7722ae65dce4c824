import {
  type EngineLayer,
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
  #showsMomentum = false;

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
    this.rewire(activeAfter(change, site).slice(), (state) =>
      commitChange(state, change, site, this.firstMoment),
    );
  }

  #site(): ChangeSite {
    return { active: this.#active, size: this.parameter.size, gradient: this.#gradient };
  }

  /** Replaces the topology; `change` writes the weights and slots that go with it. */
  rewire(active: Positions, change: (state: DenseState) => void): void {
    this.#active = asIndices(active);
    // A layer kept dense needs no mask, and the parameter then does no work for one.
    this.parameter.edit(change, active.length === this.parameter.size ? undefined : this.#active);
  }

  /** Takes up the signals of a step. */
  hold(gradient: tf.Tensor, signals: ReadonlySet<Signal>, accumulate: boolean): void {
    this.#showsMomentum = signals.has('momentum');
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
    this.#showsMomentum = false;
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
    if (!this.#showsMomentum) throw this.#notRequested(name);
    const [off] = without(positions, this.#active);
    if (off !== undefined) {
      throw new TypeError(
        `${this.name} has no momentum at position ${off}, which is not active: momentum exists at active positions only.`,
      );
    }
    const moment = this.parameter.read().slots[this.firstMoment];
    // An optimizer of TensorFlow.js has no slots before its first step.
    return moment ? gather(moment, positions) : new Float32Array(positions.length);
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
    if (name !== 'gradient' || !this.#gradient) throw this.#notRequested(name);
    return this.#gradient;
  }

  #notRequested(name: Signal): TypeError {
    return new TypeError(
      `${this.name}: the last step was not asked for the signal "${name}"; name it in StepRequest.signals.`,
    );
  }
}
