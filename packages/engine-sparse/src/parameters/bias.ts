import type { ShapedParameter } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import { Parameter } from './parameter.js';

/** A parameter that has all its values. */
export class Bias extends Parameter {
  readonly isKernel = false;
  readonly copy = { permutation: 0, values: 0 };
  readonly count: number;

  constructor(shaped: ShapedParameter, slotNames: readonly string[], shared: SharedMemory, threads: number) {
    super(shaped, slotNames, shared, threads);
    this.count = this.size;
    this.allocate(this.size);
  }
}
