import { type Dataset, EspalierError } from '@espalier/core';

/** What models of TensorFlow.js, and others after Keras, say of their inputs and outputs. */
interface Declared {
  readonly name?: string;
  readonly inputs?: readonly { readonly shape?: readonly (number | null)[] }[];
  readonly outputs?: readonly { readonly shape?: readonly (number | null)[] }[];
}

/**
 * Makes sure that data go with a model of an engine's own kind, as far as the model declares its shapes; the
 * engine sees the rest with the first batch.
 *
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkModelFit(model: unknown, dataset: Dataset): void {
  const { name = 'model', inputs, outputs } = (model ?? {}) as Declared;
  const taken = sizeOf(inputs);
  const given = dataset.inputShape.reduce((product, n) => product * n, 1);
  if (taken !== undefined && taken !== given) {
    throw misfit(`The model "${name}" takes ${taken} values per example`, dataset, `has ${given}`);
  }
  const made = sizeOf(outputs);
  if (made === undefined || made === dataset.outputs) return;
  // A model made for more classes than these data show is none the worse for it.
  if (dataset.task === 'classification' && made > dataset.outputs) return;
  const what = dataset.task === 'classification' ? 'classes' : 'values per target';
  throw misfit(`The model "${name}" has ${made} outputs`, dataset, `has ${dataset.outputs} ${what}`);
}

/** Values per example of the only tensor; undefined where there are several, or a dimension is left open. */
function sizeOf(tensors: Declared['inputs']): number | undefined {
  const shape = Array.isArray(tensors) && tensors.length === 1 ? tensors[0].shape : undefined;
  const dimensions: readonly (number | null)[] = Array.isArray(shape) ? shape.slice(1) : [null];
  return dimensions.reduce<number | undefined>(
    (product, n) => (product === undefined || n === null ? undefined : product * n),
    1,
  );
}

function misfit(model: string, dataset: Dataset, data: string): EspalierError {
  return new EspalierError('ESPALIER_DATA_SHAPE', `${model}, but the data set "${dataset.name}" ${data}.`);
}
