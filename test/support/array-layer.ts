import {
  type EngineLayer,
  type LayerDescription,
  newPositions,
  type Positions,
  type Proposal,
  type Signal,
  strongestOf,
  type TopologyChange,
} from '@espalier/core';

/** What an {@link ArrayLayer} starts from; arrays have one entry per position, in canonical order. */
export interface ArrayLayerOptions {
  readonly mask: ArrayLike<number>;
  /** Read where the mask is 1. */
  readonly weights: ArrayLike<number>;
  /** Dense signals; every engine's `momentum` and the like can be given too. */
  readonly signals?: Readonly<Record<string, ArrayLike<number>>>;
}

/** An engine's layer over arrays: dense weights, a mask and dense signals. */
export class ArrayLayer implements EngineLayer {
  readonly name: string;
  readonly kind: LayerDescription['kind'];
  readonly shape: readonly number[];
  readonly groups: number;
  readonly signals: Record<string, Float32Array> = {};
  readonly #size: number;
  readonly #values: Float32Array;
  #active: Positions;

  constructor(description: LayerDescription, { mask, weights, signals = {} }: ArrayLayerOptions) {
    this.name = description.name;
    this.kind = description.kind;
    this.shape = description.shape;
    this.groups = description.groups ?? 1;
    this.#size = this.shape.reduce((product, n) => product * n, 1);
    this.#values = Float32Array.from(weights).map((w, p) => (mask[p] === 1 ? w : 0));
    this.#active = Uint32Array.from([...Array(this.#size).keys()].filter((p) => mask[p] === 1));
    for (const [name, values] of Object.entries(signals)) this.signals[name] = Float32Array.from(values);
  }

  get active(): Positions {
    return this.#active;
  }

  /** 0 and 1 per position. */
  get mask(): number[] {
    const mask = new Array<number>(this.#size).fill(0);
    for (const position of this.#active) mask[position] = 1;
    return mask;
  }

  /** The weight at every position, 0 where there is none. */
  get values(): number[] {
    return [...this.#values];
  }

  weights(): Float32Array {
    return Float32Array.from(this.#active, (position) => this.#values[position]!);
  }

  setWeights(values: Float32Array): void {
    for (const [i, position] of this.#active.entries()) this.#values[position] = values[i]!;
  }

  signal(name: Signal, positions: Positions): Float32Array {
    return Float32Array.from(positions, (position) => this.#dense(name)[position]!);
  }

  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal {
    return strongestOf(this.#dense(name), limit, excluded, atLeast);
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    const values = this.#dense(name);
    // Small blocks, so that visitors who mistake a block's index for a position are found out.
    for (let first = 0; first < values.length; first += 3) visit(first, values.slice(first, first + 3));
  }

  /** Commits a change as an engine would. */
  apply(change: TopologyChange): void {
    const mask = this.mask;
    for (const position of change.pruned) {
      mask[position] = 0;
      this.#values[position] = 0;
    }
    for (const [i, position] of change.grown.entries()) {
      mask[position] = 1;
      this.#values[position] = change.grownValues[i]!;
    }
    for (const [i, position] of change.restarted.entries()) {
      this.#values[position] = change.restartedValues[i]!;
    }
    const active = [...mask.keys()].filter((position) => mask[position] === 1);
    this.#active = newPositions(this.#size, active.length);
    this.#active.set(active);
  }

  #dense(name: Signal): Float32Array {
    const values = this.signals[name];
    if (values === undefined) throw new TypeError(`Layer "${this.name}" was given no signal "${name}".`);
    return values;
  }
}
