import { type Architecture, EspalierError } from '@espalier/core/engine';
import { showShape, sizeOf } from './shape.js';

/**
 * Makes sure that examples of some shape can be fed to an architecture. Examples are row-major values, so a
 * shape fits when it holds as many values as the architecture's input: images of [28, 28, 1] fit an input of [784].
 *
 * @param architecture - whose input is asked about
 * @param inputShape - shape of one example of the data
 * @throws EspalierError ESPALIER_DATA_SHAPE where the numbers of values differ
 */
export function fitInput(architecture: Architecture, inputShape: readonly number[]): void {
  const expected = sizeOf(architecture.inputShape);
  const found = sizeOf(inputShape);
  if (expected === found) return;
  throw new EspalierError(
    'ESPALIER_DATA_SHAPE',
    `Examples of shape ${showShape(inputShape)} hold ${found} values, but ${architecture.name} takes ` +
      `${showShape(architecture.inputShape)}, which is ${expected} values. Examples of any shape with ` +
      `${expected} values fit; or choose an architecture with ${found} inputs.`,
  );
}
