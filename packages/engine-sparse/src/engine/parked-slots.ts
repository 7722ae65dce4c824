import { newPositions, type Positions, union, without } from '@espalier/core/engine';
import { indicesOf } from '../parameters/indices.js';

/** Optimizer slots where there is no weight. */
export interface SlotsOffMask {
  /** Where there are some, ascending. */
  readonly positions: Positions;
  /** A slot's values, aligned with {@link positions}. */
  slot(name: string): Float64Array;
  /** What a slot holds at some positions; 0 where there is none. */
  valuesAt(name: string, positions: Positions): Float64Array;
  /** Adds positions with their slots, and lets others go. */
  change(added: Positions, slots: ReadonlyMap<string, Float64Array>, removed: Positions): void;
  /** Lets all go and takes others in their place. */
  replace(positions: Positions, slots: ReadonlyMap<string, Float64Array>): void;
}

/**
 * Optimizer slots of weights that were pruned under the policy `keep`, until they grow again: what a dense engine
 * leaves in place, in memory that follows the number of weights that were ever active.
 */
export class ParkedSlots implements SlotsOffMask {
  positions: Positions;
  readonly #slots = new Map<string, Float64Array>();

  constructor(size: number) {
    this.positions = newPositions(size, 0);
  }

  slot(name: string): Float64Array {
    return this.#slots.get(name) ?? new Float64Array(this.positions.length);
  }

  valuesAt(name: string, positions: Positions): Float64Array {
    const slot = this.slot(name);
    const values = new Float64Array(positions.length);
    const parked = positions.filter(isIn(this.positions)) as Positions;
    const targets = indicesOf(parked, positions);
    const sources = indicesOf(parked, this.positions);
    targets.forEach((target, i) => {
      values[target] = slot[sources[i]!]!;
    });
    return values;
  }

  replace(positions: Positions, slots: ReadonlyMap<string, Float64Array>): void {
    this.change(positions, slots, this.positions);
  }

  change(added: Positions, slots: ReadonlyMap<string, Float64Array>, removed: Positions): void {
    const positions = union(without(this.positions, removed), added);
    for (const [name, values] of slots) {
      const merged = this.valuesAt(name, positions);
      indicesOf(added, positions).forEach((at, i) => {
        merged[at] = values[i]!;
      });
      this.#slots.set(name, merged);
    }
    for (const name of this.#slots.keys()) {
      if (!slots.has(name)) this.#slots.set(name, this.valuesAt(name, positions));
    }
    this.positions = positions;
  }
}

function isIn(sorted: Positions): (position: number) => boolean {
  let at = 0;
  return (position) => {
    while (at < sorted.length && sorted[at]! < position) at++;
    return sorted[at] === position;
  };
}
