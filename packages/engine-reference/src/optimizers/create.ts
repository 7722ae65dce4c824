import { EspalierError, type OptimizerOptions, suggest } from '@espalier/core';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { sgd } from './sgd.js';

/** @throws EspalierError ESPALIER_INVALID_OPTION for a name that is none */
export function createOptimizer(options: OptimizerOptions): Optimizer {
  switch (options.use) {
    case 'sgd':
      return sgd(options);
    case 'adam':
    case 'adamw':
      return adam(options);
    default:
      throw new EspalierError(
        'ESPALIER_INVALID_OPTION',
        `There is no optimizer "${String(options.use)}".${suggest(String(options.use), ['sgd', 'adam', 'adamw'])}`,
      );
  }
}
