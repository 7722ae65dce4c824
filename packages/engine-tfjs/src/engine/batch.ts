import { showShape, sizeOf } from '@espalier/architectures';
import { type Batch, EspalierError, type Loss } from '@espalier/core';

/**
 * Makes sure that a batch fits the network and its loss.
 * @param inputShape - of one example
 * @param outputs - classes, or values per target
 * @throws EspalierError `ESPALIER_DATA_SHAPE`
 */
export function checkBatch(batch: Batch, inputShape: readonly number[], outputs: number, loss: Loss): void {
  const { size, inputs, labels, targets } = batch;
  checkInputs(inputs, size, inputShape);
  if (loss === 'output-sum') return;
  if (loss === 'mean-squared-error') {
    if (targets?.length === size * outputs) return;
    throw misfit(
      `it has ${targets?.length ?? 'no'} target values; ${size} examples of ${outputs} outputs have ${size * outputs}`,
    );
  }
  if (labels?.length !== size) {
    throw misfit(
      `it has ${labels?.length ?? 'no'} labels; cross-entropy takes one for each of ${size} examples`,
    );
  }
  for (let i = 0; i < size; i++) {
    if (labels[i]! < outputs) continue;
    throw misfit(
      `example ${i} has the label ${labels[i]}; with ${outputs} outputs labels are 0 to ${outputs - 1}`,
    );
  }
}

/**
 * Makes sure that there are as many input values as so many examples have.
 * @param inputShape - of one example
 * @throws EspalierError `ESPALIER_DATA_SHAPE`
 */
export function checkInputs(inputs: Float32Array, size: number, inputShape: readonly number[]): void {
  if (!Number.isSafeInteger(size) || size < 1)
    throw misfit(`its size is ${size}, which is no positive integer`);
  const expected = size * sizeOf(inputShape);
  if (inputs.length === expected) return;
  throw misfit(
    `it has ${inputs.length} input values; ${size} examples of shape ${showShape(inputShape)} have ${expected}`,
  );
}

function misfit(what: string): EspalierError {
  return new EspalierError('ESPALIER_DATA_SHAPE', `The batch does not fit the network: ${what}.`);
}
