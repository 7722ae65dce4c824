import type { ShapedParameter } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import { Parameter } from './parameter.js';

const STARTS_AT_ONE: ReadonlySet<string> = new Set(['gamma', 'movingVariance']);
const NOT_TRAINED: ReadonlySet<string> = new Set(['movingMean', 'movingVariance']);

/** A parameter that has all its values: a bias, or one of batch normalisation. */
export class DenseParameter extends Parameter {
  readonly isKernel = false;
  readonly isTrained: boolean;
  readonly copies = [];
  readonly count: number;

  constructor(
    shaped: ShapedParameter,
    slotNames: readonly string[],
    shared: SharedMemory,
    gradients: number,
  ) {
    const isTrained = !NOT_TRAINED.has(shaped.role);
    super(shaped, isTrained ? slotNames : [], shared, gradients);
    this.isTrained = isTrained;
    this.count = this.size;
    this.allocate(this.size);
    if (STARTS_AT_ONE.has(shaped.role)) shared.floatsAt(this.values, this.size).fill(1);
  }
}
