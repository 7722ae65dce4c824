import { showShape, sizeOf } from '@espalier/architectures';
import { type Batch, EspalierError, type Loss } from '@espalier/core';

/**
 * Makes sure that a batch fits the network and its loss.
 * @param inputShape - of one example
 * @param outputs - classes, or values per target
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkBatch(batch: Batch, inputShape: readonly number[], outputs: number, loss: Loss): void {
  const { size, inputs, labels, targets } = batch;
  checkInputs(inputs, size, inputShape);
  if (loss === 'output-sum') return;
  if (loss === 'mean-squared-error') {
    if (targets?.length !== size * outputs) {
      refuse(
        `it has ${targets?.length ?? 'no'} target values; ${size} examples of ${outputs} outputs have ${size * outputs}`,
      );
    }
    return;
  }
  if (labels?.length !== size) {
    refuse(
      `it has ${labels?.length ?? 'no'} labels; cross-entropy needs one for each of its ${size} examples`,
    );
  }
  const wrong = labels.findIndex((label) => label >= outputs);
  if (wrong >= 0) {
    refuse(
      `example ${wrong} has label ${labels[wrong]}; with ${outputs} outputs labels are 0 to ${outputs - 1}`,
    );
  }
}

/**
 * Makes sure that there are as many input values as so many examples have.
 * @param inputShape - of one example
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkInputs(inputs: Float32Array, size: number, inputShape: readonly number[]): void {
  if (!Number.isSafeInteger(size) || size < 1) refuse(`its size is ${size}; it must be a positive integer`);
  const perExample = sizeOf(inputShape);
  if (inputs.length === size * perExample) return;
  refuse(
    `it has ${inputs.length} input values; ${size} examples of shape ${showShape(inputShape)} ` +
      `have ${size * perExample}`,
  );
}

function refuse(what: string): never {
  throw new EspalierError('ESPALIER_DATA_SHAPE', `The batch does not fit the network: ${what}.`);
}
