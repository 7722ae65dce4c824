import { showShape, sizeOf } from '@espalier/architectures';
import { type Batch, EspalierError, type Loss } from '@espalier/core/engine';

/** What a batch must fit. */
export interface BatchShape {
  /** Of one example. */
  readonly input: readonly number[];
  /** Classes, or values per target. */
  readonly outputs: number;
  readonly loss: Loss;
}

/**
 * Makes sure that a batch fits the network and its loss.
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkBatch({ size, inputs, labels, targets }: Batch, shape: BatchShape): void {
  const { input, outputs, loss } = shape;
  checkInputs(inputs, size, input);
  if (loss === 'output-sum') return;
  if (loss === 'mean-squared-error') {
    if (targets?.length === size * outputs) return;
    throw misfit(
      `it has ${targets?.length ?? 'no'} target values; ${size} examples of ${outputs} outputs have ${size * outputs}`,
    );
  }
  if (labels?.length !== size) {
    throw misfit(
      `it has ${labels?.length ?? 'no'} labels; cross-entropy needs one for each of its ${size} examples`,
    );
  }
  for (let i = 0; i < size; i++) {
    if (labels[i]! < outputs) continue;
    throw misfit(
      `example ${i} has label ${labels[i]}; with ${outputs} outputs labels are 0 to ${outputs - 1}`,
    );
  }
}

/**
 * Makes sure that there are as many input values as so many examples have.
 * @param shape - of one example
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkInputs(inputs: Float32Array, size: number, shape: readonly number[]): void {
  if (!Number.isSafeInteger(size) || size < 1)
    throw misfit(`its size is ${size}; it must be a positive integer`);
  const values = size * sizeOf(shape);
  if (inputs.length === values) return;
  throw misfit(
    `it has ${inputs.length} input values; ${size} examples of shape ${showShape(shape)} have ${values}`,
  );
}

function misfit(what: string): EspalierError {
  return new EspalierError('ESPALIER_DATA_SHAPE', `The batch does not fit the network: ${what}.`);
}
