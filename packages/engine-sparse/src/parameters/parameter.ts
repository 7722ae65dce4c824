import type { ShapedParameter } from '@espalier/architectures';
import { sizeOf } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';

/** A parameter's slot: where it lies, and whether it counts steps in whole numbers. */
export interface SlotMemory {
  address: number;
  readonly counts: boolean;
}

/** Addresses of values in another order, and of where each value stands there. */
export interface Reordered {
  readonly permutation: number;
  readonly values: number;
}

/** Values are padded to whole vectors of four, the padding being 0. */
export const padded = (count: number) => Math.ceil(count / 4) * 4;

/** One tensor in shared memory: values, gradients, and optimizer slots. */
export abstract class Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** Whether weight decay applies. */
  abstract readonly isKernel: boolean;
  /** Whether the optimizer changes it. */
  abstract readonly isTrained: boolean;
  readonly slots = new Map<string, SlotMemory>();
  /** Added to the gradients, times the values, besides the optimizer's weight decay. */
  pull = 0;
  values = 0;
  gradients = 0;
  /** Bytes from one thread's gradient to the next one's. */
  stride = 0;
  protected readonly shared: SharedMemory;
  /** How many gradients there are: one for each thread that needs one of its own. */
  protected readonly gradientCount: number;

  /**
   * @param slotNames - the optimizer's
   * @param gradientCount - how many gradients threads need between them
   */
  constructor(
    shaped: ShapedParameter,
    slotNames: readonly string[],
    shared: SharedMemory,
    gradientCount: number,
  ) {
    this.name = shaped.name;
    this.shape = shaped.shape;
    this.size = sizeOf(shaped.shape);
    this.shared = shared;
    this.gradientCount = gradientCount;
    for (const name of slotNames) this.slots.set(name, { address: 0, counts: name === AGE });
  }

  /** How many values there are. */
  abstract readonly count: number;

  /** The values in other orders, up to two, which the optimizer keeps up to date. */
  abstract readonly copies: readonly Reordered[];

  /** A slot's values; not to be kept. */
  slot(name: string): Float32Array | Uint32Array {
    const slot = this.slots.get(name);
    if (slot === undefined) throw new TypeError(`${this.name} has no optimizer slot "${name}".`);
    return this.slotView(slot);
  }

  protected slotView({ address, counts }: SlotMemory): Float32Array | Uint32Array {
    return counts ? this.shared.wordsAt(address, this.count) : this.shared.floatsAt(address, this.count);
  }

  /** Takes memory for so many values, gradients and slots, all 0. */
  protected allocate(capacity: number): void {
    const bytes = 4 * padded(capacity);
    this.values = this.#take(bytes, 'weights');
    this.#takeGradients(bytes);
    for (const [name, slot] of this.slots) slot.address = this.#take(bytes, `slot ${name}`);
  }

  /** Takes memory for more gradients in place of the present ones. */
  protected reserveGradients(capacity: number): void {
    this.shared.heap.give(this.gradients);
    this.#takeGradients(4 * padded(capacity));
  }

  /** Gives back what {@link allocate} took. */
  protected release(): void {
    const { heap } = this.shared;
    for (const address of [this.values, this.gradients]) heap.give(address);
    for (const { address } of this.slots.values()) heap.give(address);
  }

  #takeGradients(bytes: number): void {
    this.stride = Math.ceil(bytes / 64) * 64;
    this.gradients = this.#take(this.stride * this.gradientCount, 'gradients');
  }

  #take(bytes: number, part: string): number {
    const at = this.shared.heap.take(bytes, `the ${part} of ${this.name}`);
    this.shared.wordsAt(at, Math.ceil(bytes / 4)).fill(0);
    return at;
  }
}

/** The slot that counts the optimizer steps of each weight since it was grown. */
export const AGE = 'age';
