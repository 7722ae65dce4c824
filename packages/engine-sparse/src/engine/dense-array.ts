import { EspalierError } from '@espalier/core/engine';
import { mebibytes } from '../memory/heap.js';
import type { Kernel } from '../parameters/kernel.js';

/**
 * An array with a number for each position of a kernel, all 0, outside of the engine's own memory.
 * @param what - the numbers, for the error
 * @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where there is no memory for it
 */
export function denseArray<A extends Float32Array | Uint32Array>(
  { name, size }: Kernel,
  what: string,
  kind: new (length: number) => A,
): A {
  try {
    return new kind(size);
  } catch (cause) {
    throw new EspalierError(
      'ESPALIER_ENGINE_REFUSES',
      `There is no memory for the ${what} at all ${size} positions of ${name}, ${mebibytes(4 * size)}. ` +
        'Take a method that reads nothing where there are no weights.',
      { cause },
    );
  }
}
