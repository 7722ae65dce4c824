import {
  type EngineLayer,
  type Factors,
  type LayerKind,
  type Positions,
  type Proposal,
  type Signal,
  strongestOf,
  valuesAt,
} from '@espalier/core';
import { type Kernel, NOT_ACTIVE } from '../parameters/kernel.js';
import type { FactorSignal } from '../signals/factor-signal.js';
import type { GradientSignal } from '../signals/gradient-signal.js';
import type { DenseSlots } from './dense-slots.js';

/** What the signals of a layer are made by. */
export interface SignalSources {
  readonly gradient: GradientSignal;
  readonly factors: FactorSignal;
  /** Where slots follow the gradient off the mask. */
  readonly dense: DenseSlots | undefined;
}

/** One kernel with the signals of the last step. */
export class SparseLayer implements EngineLayer {
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly groups: number;
  readonly outputPositions: number;
  readonly sources?: readonly string[];
  readonly kernel: Kernel;
  readonly gradient: GradientSignal;
  /** Set by the engine: the signals that the last step was asked for. */
  asked: ReadonlySet<Signal> = new Set();
  readonly #factors: FactorSignal;
  readonly #dense: DenseSlots | undefined;
  readonly #firstMoment: string;
  readonly #guard: () => void;

  /**
   * @param firstMoment - the slot behind the `momentum` signal
   * @param guard - throws once the engine is disposed
   */
  constructor(
    kernel: Kernel,
    { gradient, factors, dense }: SignalSources,
    firstMoment: string,
    guard: () => void,
  ) {
    const description = kernel.layer;
    this.name = description.name;
    this.kind = description.kind;
    this.shape = description.shape;
    this.groups = description.groups ?? 1;
    this.outputPositions = description.outputPositions ?? 1;
    if (description.sources !== undefined) this.sources = description.sources;
    this.kernel = kernel;
    this.gradient = gradient;
    this.#factors = factors;
    this.#dense = dense;
    this.#firstMoment = firstMoment;
    this.#guard = guard;
  }

  get active(): Positions {
    this.#guard();
    return this.kernel.active;
  }

  weights(): Float32Array {
    this.#guard();
    return this.kernel.weights.slice();
  }

  setWeights(values: Float32Array): void {
    this.#guard();
    if (values.length !== this.kernel.count) {
      throw new TypeError(
        `${this.name} has ${this.kernel.count} active weights, but got ${values.length} values.`,
      );
    }
    this.kernel.weights.set(values);
    this.kernel.refresh();
  }

  signal(name: Signal, positions: Positions): Float32Array {
    this.#guard();
    if (name === 'denseMomentum') return valuesAt(this.#denseMomentum(), positions);
    if (name !== 'momentum') return this.#everywhere(name).at(positions);
    if (!this.asked.has(name)) throw this.#notRequested(name);
    const at = this.kernel.find(positions);
    const off = at.indexOf(NOT_ACTIVE);
    if (off >= 0) {
      throw new TypeError(
        `${this.name} has no momentum at position ${positions[off]}, which is not active: momentum exists at active positions only.`,
      );
    }
    const momentum = this.kernel.slot(this.#firstMoment);
    return Float32Array.from(at, (index) => momentum[index]!);
  }

  factors(sign?: (example: number) => 1 | -1): Factors {
    this.#guard();
    if (!this.asked.has('factors')) throw this.#notRequested('factors');
    return this.#factors.read(sign);
  }

  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal {
    this.#guard();
    if (name === 'denseMomentum') return strongestOf(this.#denseMomentum(), limit, excluded, atLeast);
    return this.#everywhere(name).strongest(limit, excluded, atLeast);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    this.#guard();
    if (name === 'denseMomentum') visit(0, this.#denseMomentum());
    else this.#everywhere(name).scan(visit);
  }

  #denseMomentum(): Float32Array {
    if (this.#dense === undefined || !this.asked.has('denseMomentum'))
      throw this.#notRequested('denseMomentum');
    return this.#dense.everywhere(this.#firstMoment);
  }

  #everywhere(name: Signal): GradientSignal {
    if (name === 'momentum') {
      throw new TypeError(`${this.name}: momentum exists at active positions only; read it with signal().`);
    }
    if (name === 'factors') {
      throw new TypeError(
        `${this.name}: factors are of rows and units, not of positions; read them with factors().`,
      );
    }
    if (name !== 'gradient' || !this.gradient.isHeld) throw this.#notRequested(name);
    return this.gradient;
  }

  #notRequested(name: Signal): TypeError {
    return new TypeError(
      `${this.name}: the last step was not asked for the signal "${name}"; name it in StepRequest.signals.`,
    );
  }
}
