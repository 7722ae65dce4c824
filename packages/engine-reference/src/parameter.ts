import { type ShapedParameter, sizeOf } from '@espalier/architectures';
import { allPositions, type Factors, type Positions } from '@espalier/core';
import type { Latent } from './latent.js';

const STARTS_AT_ONE: ReadonlySet<string> = new Set(['gamma', 'movingVariance']);
const NOT_TRAINED: ReadonlySet<string> = new Set(['movingMean', 'movingVariance']);

/**
 * One tensor of the network: values, gradient and optimizer slots, each dense and row-major. A kernel's values
 * are 0 off its active positions unless it is latent; every other tensor is active everywhere.
 */
export class Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  /** Whether weight decay applies. */
  readonly isKernel: boolean;
  readonly isTrained: boolean;
  readonly values: Float64Array;
  /** Of the mean batch loss; valid at the positions that the last backward pass was asked for. */
  readonly gradient: Float64Array;
  readonly slots: ReadonlyMap<string, Float64Array>;
  readonly everywhere: Positions;
  /** Ascending. */
  active: Positions;
  /** Of a kernel, where the last backward pass was told to keep what they are made from. */
  factors: ((sign?: (example: number) => 1 | -1) => Factors) | undefined;
  /** Of a kernel whose values stay off the mask. */
  latent: Latent | undefined;

  /**
   * @param slotNames - of the optimizer
   */
  constructor({ name, shape, role }: ShapedParameter, slotNames: readonly string[]) {
    this.name = name;
    this.shape = shape;
    this.size = sizeOf(shape);
    this.isKernel = role === 'kernel';
    this.isTrained = !NOT_TRAINED.has(role);
    this.values = new Float64Array(this.size).fill(STARTS_AT_ONE.has(role) ? 1 : 0);
    this.gradient = new Float64Array(this.size);
    this.slots = new Map(
      (this.isTrained ? slotNames : []).map((slot) => [slot, new Float64Array(this.size)]),
    );
    this.everywhere = allPositions(this.size);
    this.active = this.everywhere;
  }

  /** An optimizer slot that is known to exist. */
  slot(name: string): Float64Array {
    const slot = this.slots.get(name);
    if (slot === undefined) throw new TypeError(`${this.name} has no optimizer slot "${name}".`);
    return slot;
  }
}
