import {
  type EngineLayer,
  type Factors,
  type LayerKind,
  type Positions,
  type Proposal,
  type Signal,
  strongestOf,
  valuesAt,
} from '@espalier/core/engine';
import type { Kernel } from '../parameters/kernel.js';
import { NOT_ACTIVE } from '../parameters/rewiring.js';
import type { FactorSignal } from '../signals/factor-signal.js';
import type { GradientSignal } from '../signals/gradient-signal.js';
import type { LatentValues } from './latent-values.js';
import type { OffMask } from './off-mask.js';

/** What the signals of a layer are made by. */
export interface SignalSources {
  readonly gradient: GradientSignal;
  readonly factors: FactorSignal;
  /** Where there is something off the mask. */
  readonly offMask: OffMask | undefined;
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
  readonly #offMask: OffMask | undefined;
  readonly #firstMoment: string;
  readonly #guard: () => void;

  /**
   * @param firstMoment - the slot behind the `momentum` signal
   * @param guard - throws once the engine is disposed
   */
  constructor(
    kernel: Kernel,
    { gradient, factors, offMask }: SignalSources,
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
    this.#offMask = offMask;
    this.#firstMoment = firstMoment;
    this.#guard = guard;
  }

  /** Its values off the mask, where it has some. */
  get latent(): LatentValues | undefined {
    return this.#offMask?.values;
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
    if (isDense(name)) return valuesAt(this.#dense(name), positions);
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
    if (isDense(name)) return strongestOf(this.#dense(name), limit, excluded, atLeast);
    return this.#everywhere(name).strongest(limit, excluded, atLeast);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    this.#guard();
    if (isDense(name)) visit(0, this.#dense(name));
    else this.#everywhere(name).scan(visit);
  }

  /** A signal that is stored at every position. */
  #dense(name: Signal): Float32Array {
    if (!this.asked.has(name)) throw this.#notRequested(name);
    if (name === 'denseMomentum') return this.#offMask!.slots.everywhere(this.#firstMoment);
    return this.latent?.everywhere() ?? this.#spread();
  }

  /** The weights, 0 where there are none. */
  #spread(): Float32Array {
    const { active, weights, size } = this.kernel;
    const values = new Float32Array(size);
    for (let i = 0; i < active.length; i++) values[active[i]!] = weights[i]!;
    return values;
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

function isDense(name: Signal): boolean {
  return name === 'denseMomentum' || name === 'weight';
}
