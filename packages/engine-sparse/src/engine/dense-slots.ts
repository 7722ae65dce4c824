import { allPositions, EspalierError, type OptimizerOptions, type Positions, without } from '@espalier/core';
import { mebibytes } from '../memory/heap.js';
import type { Kernel } from '../parameters/kernel.js';
import { AGE } from '../parameters/parameter.js';
import type { GradientSignal } from '../signals/gradient-signal.js';
import type { SlotsOffMask } from './parked-slots.js';

type Values = Float32Array | Uint32Array;

/**
 * Optimizer slots at every position without a weight, which follow the dense gradient: O(size) memory outside of the
 * engine's own, and a dense gradient at every step. Where there is a weight they are 0, as its slots are the kernel's.
 */
export class DenseSlots implements SlotsOffMask {
  readonly #kernel: Kernel;
  readonly #options: OptimizerOptions;
  readonly #slots: ReadonlyMap<string, Values>;

  /** @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where there is no memory for them */
  constructor(kernel: Kernel, options: OptimizerOptions) {
    this.#kernel = kernel;
    this.#options = options;
    const names = [...kernel.slots.keys()];
    try {
      this.#slots = new Map(
        names.map((name) => [name, new (name === AGE ? Uint32Array : Float32Array)(kernel.size)]),
      );
    } catch (cause) {
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `There is no memory for ${names.length} optimizer slots at all ${kernel.size} positions of ${kernel.name}, ` +
          `${mebibytes(4 * names.length * kernel.size)} in all. Take a method that does not read momentum where there are no weights.`,
        { cause },
      );
    }
  }

  get positions(): Positions {
    return without(allPositions(this.#kernel.size), this.#kernel.active);
  }

  slot(name: string): Float64Array {
    return this.valuesAt(name, this.positions);
  }

  valuesAt(name: string, positions: Positions): Float64Array {
    const slot = this.#slot(name);
    return Float64Array.from(positions, (position) => slot[position]!);
  }

  change(added: Positions, slots: ReadonlyMap<string, Float64Array>, removed: Positions): void {
    for (const [name, slot] of this.#slots) {
      for (const position of removed) slot[position] = 0;
      const values = slots.get(name);
      if (values !== undefined) for (let i = 0; i < added.length; i++) slot[added[i]!] = values[i]!;
    }
  }

  replace(positions: Positions, slots: ReadonlyMap<string, Float64Array>): void {
    for (const slot of this.#slots.values()) slot.fill(0);
    this.change(positions, slots, positions.slice(0, 0));
  }

  /** Takes the step of the optimizer at every position without a weight, by the gradient of the last batch. */
  follow(gradient: GradientSignal): void {
    const { active, slots } = this.#kernel;
    if (active.length === this.#kernel.size) return;
    const { use, momentum = 0, beta1 = 0.9, beta2 = 0.999 } = this.#options;
    const [first, second, age] = [...slots.keys()].map((name) => this.#slot(name)) as [
      Values,
      Values,
      Values,
    ];
    let next = 0;
    gradient.scanLatest((from, values) => {
      for (let i = 0; i < values.length; i++) {
        const position = from + i;
        if (active[next] === position) {
          next++;
          continue;
        }
        const g = values[i]!;
        if (use === 'sgd') first[position] = momentum * first[position]! + g;
        else {
          first[position] = beta1 * first[position]! + (1 - beta1) * g;
          second[position] = beta2 * second[position]! + (1 - beta2) * g * g;
          age[position]!++;
        }
      }
    });
  }

  /** A slot at every position, those of weights included. */
  everywhere(name: string): Float32Array {
    const values = Float32Array.from(this.#slot(name));
    const own = this.#kernel.slot(name);
    this.#kernel.active.forEach((position, i) => {
      values[position] = own[i]!;
    });
    return values;
  }

  #slot(name: string): Values {
    return this.#slots.get(name)!;
  }
}
