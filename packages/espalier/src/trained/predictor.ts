import { type Engine, EspalierError } from '@espalier/core';

/** One layer of a trained network whose weights can be sparse. */
export interface PredictorLayer {
  /** E.g. `fc1/kernel`. */
  readonly name: string;
  /** That of tf.layers kernels: `[inputs, units]`, `[height, width, inputs, units]`. */
  readonly shape: readonly number[];
  /** How many positions there are. */
  readonly size: number;
  /** How many of them hold a weight. */
  readonly nnz: number;
  /** nnz / size. */
  readonly density: number;
}

/** A trained network that answers. */
export interface Predictor {
  /** The engine's name, e.g. `sparse`. */
  readonly engine: string;
  /** What it computes on, e.g. `wasm`. */
  readonly backend: string;
  /** Shape of one example, e.g. [28, 28, 1]. */
  readonly inputShape: readonly number[];
  /** Values that the network gives for one example: classes, or values of a regression. */
  readonly outputs: number;
  /** The layers whose weights can be sparse, in forward order. */
  readonly layers: readonly PredictorLayer[];
  /**
   * The network's outputs, which are logits where it classifies, with moving statistics and without dropout.
   * @param inputs - row-major, shape [count, ...inputShape], prepared as the training data were (images of bytes are
   *   divided by 255)
   * @param count - number of examples. Default: as many as the inputs hold
   * @returns row-major, shape [count, outputs]
   * @throws EspalierError ESPALIER_DATA_SHAPE for inputs of another length, ESPALIER_DISPOSED
   */
  predict(inputs: Float32Array, count?: number): Promise<Float32Array>;
  /**
   * The softmax of what {@link Predictor.predict} gives, with its parameters.
   * @returns row-major, shape [count, outputs]; each row sums to 1
   * @throws EspalierError as {@link Predictor.predict}
   */
  probabilities(inputs: Float32Array, count?: number): Promise<Float32Array>;
  /**
   * The index of each example's largest output, of equal ones the lowest; parameters as of {@link Predictor.predict}.
   * @returns shape [count]
   * @throws EspalierError as {@link Predictor.predict}
   */
  classes(inputs: Float32Array, count?: number): Promise<Uint32Array>;
  /** Frees the engine; harmless when repeated. */
  dispose(): void;
}

/**
 * A predictor on an engine.
 * @param shapes - of one example: what goes in and what comes out
 */
export function createPredictor(
  engine: Engine,
  { inputShape, outputs }: { readonly inputShape: readonly number[]; readonly outputs: number },
): Predictor {
  const perExample = inputShape.reduce((product, n) => product * n, 1);
  const predict = async (inputs: Float32Array, count = inputs.length / perExample) => {
    if (!Number.isSafeInteger(count) || count < 1 || inputs.length !== count * perExample) {
      const wanted = `[${inputShape.join(', ')}], which is ${perExample} values each`;
      const examples = Number.isSafeInteger(count) && count > 0 ? ` as ${count} examples` : '';
      throw new EspalierError(
        'ESPALIER_DATA_SHAPE',
        `predict was given ${inputs.length} values${examples}, but the network takes examples of ${wanted}.`,
      );
    }
    return engine.predict!(inputs, count);
  };
  return {
    engine: engine.name,
    backend: engine.backend,
    inputShape,
    outputs,
    layers: engine.layers.map(({ name, shape, active }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return { name, shape, size, nnz: active.length, density: active.length / size };
    }),
    predict,
    async probabilities(inputs, count) {
      const values = await predict(inputs, count);
      for (let from = 0; from < values.length; from += outputs) {
        softmaxInPlace(values.subarray(from, from + outputs));
      }
      return values;
    },
    async classes(inputs, count) {
      const values = await predict(inputs, count);
      return Uint32Array.from({ length: values.length / outputs }, (_, example) =>
        largestOf(values.subarray(example * outputs, (example + 1) * outputs)),
      );
    },
    dispose: () => engine.dispose(),
  };
}

function largestOf(row: Float32Array): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if (row[i]! > row[best]!) best = i;
  return best;
}

function softmaxInPlace(row: Float32Array): void {
  // Relative to the largest, so that no exponential overflows.
  const largest = row[largestOf(row)]!;
  let total = 0;
  for (let i = 0; i < row.length; i++) total += row[i] = Math.exp(row[i]! - largest);
  for (let i = 0; i < row.length; i++) row[i]! /= total;
}
