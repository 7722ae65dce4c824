import {
  describeLayer,
  type EngineLayer,
  type Factors,
  type LayerDescription,
  type LayerKind,
  newPositions,
  type Positions,
  type Proposal,
  type Signal,
  type StartLayer,
  strongestOf,
  type TopologyChange,
} from '@espalier/core';
import { difference } from './difference.js';
import { fail } from './fail.js';

/** Gives a layer's dense signal of the present step. */
export type SignalSource = (layer: string, signal: Signal, size: number) => Float32Array;

/** An engine's layer over arrays, for plans without a network. */
export class ArrayLayer implements EngineLayer {
  readonly name: string;
  readonly kind: LayerKind;
  readonly shape: readonly number[];
  readonly groups: number;
  readonly outputPositions: number;
  readonly sources?: readonly string[];
  readonly size: number;
  readonly #source: SignalSource;
  readonly #values: Float32Array;
  readonly #latent: boolean;
  readonly #lent: { readonly array: Positions | Float32Array; readonly copy: Positions | Float32Array }[] =
    [];
  #active: Positions;

  constructor(description: LayerDescription, start: StartLayer, source: SignalSource) {
    this.name = description.name;
    this.kind = description.kind;
    this.shape = description.shape;
    this.groups = description.groups ?? 1;
    this.outputPositions = description.outputPositions ?? 1;
    if (description.sources !== undefined) this.sources = description.sources;
    this.size = this.shape.reduce((product, n) => product * n, 1);
    this.#source = source;
    this.#active = start.active;
    this.#latent = start.latent !== undefined;
    this.#values = start.latent?.slice() ?? new Float32Array(this.size);
    this.setWeights(start.weights ?? new Float32Array(start.active.length));
  }

  get active(): Positions {
    return this.#active;
  }

  weights(): Float32Array {
    return gather(this.#values, this.#active);
  }

  setWeights(values: Float32Array): void {
    this.#active.forEach((position, i) => {
      this.#values[position] = values[i]!;
    });
  }

  signal(name: Signal, positions: Positions): Float32Array {
    if (name === 'momentum') this.#checkActive(positions);
    return gather(this.#dense(name), positions);
  }

  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal {
    if (name === 'momentum') fail('The signal "momentum" exists at active positions only.');
    const proposal = strongestOf(this.#dense(name), limit, excluded, atLeast);
    this.#lend(proposal.positions);
    this.#lend(proposal.scores as Float32Array);
    return proposal;
  }

  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void {
    if (name === 'momentum') fail('The signal "momentum" exists at active positions only.');
    const values = this.#dense(name);
    // Small blocks in one buffer find out who takes an index for a position, and who keeps a block.
    const block = new Float32Array(Math.min(5, this.size));
    for (let first = 0; first < values.length; first += block.length) {
      const length = Math.min(block.length, values.length - first);
      block.set(values.subarray(first, first + length));
      visit(first, block.subarray(0, length));
    }
    block.fill(Number.NaN);
  }

  factors(sign?: (example: number) => 1 | -1): Factors {
    // Signs make other sums, so that a criterion which needs two of them sees two.
    const kind = sign === undefined ? 'factors' : `factors/${[0, 1, 2, 3].map(sign)}`;
    const { kernel, inputs, units } = describeLayer(this, 0);
    const area = kernel.reduce((product, n) => product * n, 1);
    const magnitudes = (part: string, length: number) =>
      this.#source(`${this.name}/${part}`, kind, length).map(Math.abs);
    return { rows: magnitudes('rows', area * inputs), units: magnitudes('units', units) };
  }

  /** Commits a change as an engine would. */
  apply(change: TopologyChange): void {
    const active = new Set<number>(this.#active);
    for (const position of change.pruned) {
      active.delete(position);
      if (!this.#latent) this.#values[position] = 0;
    }
    change.grown.forEach((position, i) => {
      active.add(position);
      this.#values[position] = change.grownValues[i]!;
    });
    change.restarted.forEach((position, i) => {
      this.#values[position] = change.restartedValues[i]!;
    });
    const sorted = [...active].sort((a, b) => a - b);
    this.#active = newPositions(this.size, sorted.length);
    this.#active.set(sorted);
  }

  /** What another layer starts from to be in the same state. */
  saved(): StartLayer {
    const weights = this.weights();
    return {
      name: this.name,
      active: this.#active,
      weights,
      ...(this.#latent ? { latent: this.#values } : {}),
    };
  }

  /** @throws Error where an array that was lent was written to */
  checkLent(): void {
    for (const { array, copy } of this.#lent.splice(0)) {
      const found = difference(array, copy);
      if (found !== undefined) fail(`A result of layer.strongest was written to: ${found}.`);
    }
  }

  #lend(array: Positions | Float32Array): void {
    this.#lent.push({ array, copy: array.slice() });
  }

  #dense(name: Signal): Float32Array {
    return name === 'weight' ? this.#values : this.#source(this.name, name, this.size);
  }

  #checkActive(positions: Positions): void {
    const active = new Set<number>(this.#active);
    const off = positions.find((position) => !active.has(position));
    if (off !== undefined) fail(`Position ${off} is not active: momentum exists at active positions only.`);
  }
}

// A loop, because the thousands of situations spend most of their time here.
function gather(values: Float32Array, positions: Positions): Float32Array {
  const gathered = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i++) gathered[i] = values[positions[i]!]!;
  return gathered;
}
