import type { LatentOptions, Positions } from '@espalier/core';
import type { Kernel } from '../parameters/kernel.js';
import { denseArray } from './dense-array.js';

/** The values of a kernel off the mask, in O(size) memory outside of the engine's own, and which of them are trained. */
export class LatentValues {
  readonly decay: LatentOptions['decay'];
  /** Of every position; at active ones the weight counts, and what stands here is old. */
  readonly values: Float32Array;
  /** The inactive positions that the optimizer moves; may list active ones, which are moved as such. */
  trained: Positions | 'all' = new Uint32Array();
  readonly #kernel: Kernel;

  /** @throws EspalierError ESPALIER_ENGINE_REFUSES where there is no memory for them */
  constructor(kernel: Kernel, decay: LatentOptions['decay']) {
    this.#kernel = kernel;
    this.decay = decay;
    this.values = denseArray(kernel, 'values', Float32Array);
  }

  /** Takes the values of weights that are about to leave. */
  keep(pruned: Positions, weights: ArrayLike<number>): void {
    for (let i = 0; i < pruned.length; i++) this.values[pruned[i]!] = weights[i]!;
  }

  /** All values, those of weights included; not to be kept, nor written to. */
  everywhere(): Float32Array {
    const { active, weights } = this.#kernel;
    for (let i = 0; i < active.length; i++) this.values[active[i]!] = weights[i]!;
    return this.values;
  }
}
