import {
  type EngineLayer,
  type Factors,
  type LayerDescription,
  type LayerKind,
  type Positions,
  type Proposal,
  type Signal,
  strongestOf,
  without,
} from '@espalier/core';
import type { Parameter } from './parameter.js';

/** One maskable kernel with the signals of the last step. */
export class ReferenceLayer implements EngineLayer {
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly groups: number;
  readonly outputPositions: number;
  readonly sources?: readonly string[];
  readonly #parameter: Parameter;
  readonly #firstMoment: string;
  readonly #guard: () => void;
  #heldGradient: Float64Array | undefined;
  #shown: ReadonlySet<Signal> = new Set();

  /**
   * @param firstMoment - the slot behind the `momentum` signal
   * @param guard - throws once the engine is disposed
   */
  constructor(description: LayerDescription, parameter: Parameter, firstMoment: string, guard: () => void) {
    this.name = description.name;
    this.kind = description.kind;
    this.shape = description.shape;
    this.groups = description.groups ?? 1;
    this.outputPositions = description.outputPositions ?? 1;
    if (description.sources !== undefined) this.sources = description.sources;
    this.#parameter = parameter;
    this.#firstMoment = firstMoment;
    this.#guard = guard;
  }

  get active(): Positions {
    this.#guard();
    return this.#parameter.active;
  }

  /** The gradient signal, where the last step was asked for it. */
  get heldGradient(): Float64Array | undefined {
    return this.#heldGradient;
  }

  /** Takes up the signals of a step from the gradient just computed. */
  hold(signals: ReadonlySet<Signal>, accumulate: boolean): void {
    this.#shown = new Set(signals);
    if (!signals.has('gradient')) {
      this.#heldGradient = undefined;
      return;
    }
    const { gradient } = this.#parameter;
    const before = accumulate ? this.#heldGradient : undefined;
    this.#heldGradient =
      before === undefined ? gradient.slice() : before.map((sum, position) => sum + gradient[position]!);
  }

  /** Takes up the gradient signal of a saved state; no other signal is readable then. */
  restore(gradient: Float64Array | undefined): void {
    this.#heldGradient = gradient;
    this.#shown = new Set();
  }

  weights(): Float32Array {
    this.#guard();
    return gather(this.#parameter.values, this.#parameter.active);
  }

  setWeights(values: Float32Array): void {
    this.#guard();
    const { active } = this.#parameter;
    if (values.length !== active.length) {
      throw new TypeError(
        `${this.name} has ${active.length} active weights, but got ${values.length} values.`,
      );
    }
    active.forEach((position, i) => {
      this.#parameter.values[position] = values[i]!;
    });
  }

  signal(name: Signal, positions: Positions): Float32Array {
    if (name !== 'momentum') return gather(this.#everywhere(name), positions);
    this.#guard();
    if (!this.#shown.has(name)) throw this.#notRequested(name);
    const off = without(positions, this.#parameter.active);
    if (off.length > 0) {
      throw new TypeError(
        `${this.name} has no momentum at position ${off[0]}, which is not active: momentum exists at active positions only.`,
      );
    }
    return gather(this.#parameter.slot(this.#firstMoment), positions);
  }

  factors(sign?: (example: number) => 1 | -1): Factors {
    this.#guard();
    const { factors } = this.#parameter;
    if (factors === undefined || !this.#shown.has('factors')) throw this.#notRequested('factors');
    return factors(sign);
  }

  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal {
    return strongestOf(this.#everywhere(name), limit, excluded, atLeast);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    visit(0, Float32Array.from(this.#everywhere(name)));
  }

  /** The values of a signal that exists at every position. */
  #everywhere(name: Signal): Float64Array {
    this.#guard();
    if (name === 'factors') {
      throw new TypeError(
        `${this.name}: factors are of rows and units, not of positions; read them with factors().`,
      );
    }
    if (name === 'momentum') {
      throw new TypeError(`${this.name}: momentum exists at active positions only; read it with signal().`);
    }
    if (name === 'gradient' && this.#heldGradient !== undefined) return this.#heldGradient;
    if (name === 'weight' && this.#shown.has(name)) return this.#parameter.values;
    if (name === 'denseMomentum' && this.#shown.has(name)) return this.#parameter.slot(this.#firstMoment);
    throw this.#notRequested(name);
  }

  #notRequested(name: Signal): TypeError {
    return new TypeError(
      `${this.name}: the last step was not asked for the signal "${name}"; name it in StepRequest.signals.`,
    );
  }
}

function gather(values: Float64Array, positions: Positions): Float32Array {
  const gathered = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) gathered[i] = values[positions[i]!]!;
  return gathered;
}
