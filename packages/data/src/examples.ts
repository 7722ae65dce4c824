import { EspalierError } from '@espalier/core';

/** Some examples in memory. Arrays are kept, not copied: they must not be written to afterwards. */
export interface Examples {
  /** Row-major values, shape [size, ...inputShape]. Bytes stand for value / 255. */
  readonly inputs: Float32Array | Uint8Array;
  /** Class indices, shape [size]; for classification. */
  readonly labels?: ArrayLike<number>;
  /** Target values, row-major, shape [size, outputs]; for regression. */
  readonly targets?: Float32Array;
}

/** Examples that were checked: whole, and consistent with a shape. */
export interface CheckedExamples {
  readonly size: number;
  readonly inputs: Float32Array | Uint8Array;
  readonly labels?: Uint8Array | Uint32Array;
  readonly targets?: Float32Array;
}

/** What examples are checked against. */
export interface ExampleFormat {
  readonly inputShape: readonly number[];
  /** Classes, or values per target. */
  readonly outputs: number;
}

/**
 * Checks lengths and labels.
 *
 * @param where - what error messages call the examples, e.g. `fashion-mnist, training set`
 * @throws EspalierError ESPALIER_DATA_SHAPE
 */
export function checkExamples(examples: Examples, format: ExampleFormat, where: string): CheckedExamples {
  const { inputs, labels, targets } = examples;
  const perExample = format.inputShape.reduce((product, dim) => product * dim, 1);
  if (!Number.isInteger(perExample) || perExample < 1) {
    throw shape(
      where,
      `the input shape [${format.inputShape.join(', ')}] is not a list of positive integers`,
    );
  }
  const size = inputs.length / perExample;
  if (!Number.isInteger(size) || size < 1) {
    throw shape(
      where,
      `${inputs.length} input values are not one or more examples of shape [${format.inputShape.join(', ')}]`,
    );
  }
  if ((labels === undefined) === (targets === undefined)) {
    throw shape(
      where,
      `${labels === undefined ? 'neither' : 'both'} of labels and targets are given, need one`,
    );
  }
  if (targets !== undefined) {
    if (targets.length !== size * format.outputs) {
      throw shape(
        where,
        `${size} examples of ${format.outputs} outputs need ${size * format.outputs} target values, found ${targets.length}`,
      );
    }
    return { size, inputs, targets };
  }
  return { size, inputs, labels: checkLabels(labels!, size, format.outputs, where) };
}

function checkLabels(
  labels: ArrayLike<number>,
  size: number,
  classes: number,
  where: string,
): Uint8Array | Uint32Array {
  if (labels.length !== size) throw shape(where, `${size} examples, but ${labels.length} labels`);
  for (let i = 0; i < size; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw shape(where, `label ${label} of example ${i} is not an integer from 0 to ${classes - 1}`);
    }
  }
  if (labels instanceof Uint8Array || labels instanceof Uint32Array) return labels;
  return classes <= 256 ? Uint8Array.from(labels) : Uint32Array.from(labels);
}

function shape(where: string, what: string): EspalierError {
  return new EspalierError('ESPALIER_DATA_SHAPE', `${where}: ${what}.`);
}
