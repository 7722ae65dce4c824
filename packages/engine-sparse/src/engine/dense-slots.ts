import { allWithout, type Positions } from '@espalier/core/engine';
import type { Kernel } from '../parameters/kernel.js';
import { AGE } from '../parameters/parameter.js';
import { denseArray } from './dense-array.js';
import type { SlotsOffMask } from './parked-slots.js';

/** A slot's values at every position. */
export type SlotValues = Float32Array | Uint32Array;

/**
 * Optimizer slots at every position without a weight: O(size) memory outside of the engine's own. Where there is a
 * weight they are 0, as its slots are the kernel's.
 */
export class DenseSlots implements SlotsOffMask {
  readonly #kernel: Kernel;
  readonly #slots: ReadonlyMap<string, SlotValues>;

  /** @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where there is no memory for them */
  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#slots = new Map(
      [...kernel.slots.keys()].map((name) => [
        name,
        denseArray<SlotValues>(kernel, `slot ${name}`, name === AGE ? Uint32Array : Float32Array),
      ]),
    );
  }

  get positions(): Positions {
    return allWithout(this.#kernel.size, this.#kernel.active);
  }

  slot(name: string): Float64Array {
    return this.valuesAt(name, this.positions);
  }

  valuesAt(name: string, positions: Positions): Float64Array {
    const slot = this.values(name);
    const found = new Float64Array(positions.length);
    for (let i = 0; i < positions.length; i++) found[i] = slot[positions[i]!]!;
    return found;
  }

  change(added: Positions, slots: ReadonlyMap<string, Float64Array>, removed: Positions): void {
    for (const [name, slot] of this.#slots) {
      for (let i = 0; i < removed.length; i++) slot[removed[i]!] = 0;
      const values = slots.get(name);
      if (values !== undefined) for (let i = 0; i < added.length; i++) slot[added[i]!] = values[i]!;
    }
  }

  replace(positions: Positions, slots: ReadonlyMap<string, Float64Array>): void {
    for (const slot of this.#slots.values()) slot.fill(0);
    this.change(positions, slots, positions.slice(0, 0));
  }

  /** A slot at every position, those of weights included. */
  everywhere(name: string): Float32Array {
    const { active } = this.#kernel;
    const values = Float32Array.from(this.values(name));
    const own = this.#kernel.slot(name);
    for (let i = 0; i < active.length; i++) values[active[i]!] = own[i]!;
    return values;
  }

  /** A slot where there are no weights, to be written there alone. */
  values(name: string): SlotValues {
    return this.#slots.get(name)!;
  }
}
