import type { Batch, LayerShape, OracleRequest, StartLayer, StartOracle } from '../contract.js';
import { EspalierError } from '../errors/index.js';
import type { RandomSource } from '../random/index.js';
import type { Recipe } from '../recipe/index.js';
import { allPositions } from '../selection/index.js';
import type { StartScope } from './context.js';
import { fillWeights } from './fill.js';

/** Computes gradients of a network before it is sparse: an engine and the data. */
export interface DenseNetwork {
  /**
   * @param layers - every maskable layer, all of its positions active, with their values
   * @param request - what the gradient is of; its weights stand in `layers`
   * @returns per layer one value per position
   */
  gradients(
    layers: readonly StartLayer[],
    request: Required<Omit<OracleRequest, 'weights'>>,
  ): Promise<readonly Float32Array[]>;
  /** A training batch of the first epoch. */
  batch(index: number): Batch;
}

interface OracleParts {
  readonly shapes: readonly LayerShape[];
  readonly dense: readonly boolean[];
  /** The sparse ones, numbered among themselves. */
  readonly layers: readonly LayerShape[];
  readonly recipe: Recipe;
  readonly density: number;
  readonly random: RandomSource;
  readonly options: StartScope['options'] & { readonly dense?: DenseNetwork; readonly ownWeights?: boolean };
}

/** The oracle that strategies see; it knows of sparse layers only. */
export function startOracle(parts: OracleParts): StartOracle {
  const { shapes, dense, layers: sparse, options } = parts;
  const remembered = new Map<string, Float32Array>();
  const oracle: StartOracle = {
    weights(layer) {
      if (options.ownWeights === true) {
        throw new EspalierError(
          'ESPALIER_NO_ORACLE',
          'The model brings its own weights, which are not read before it is made sparse; scores at the start need an architecture.',
        );
      }
      const known = remembered.get(layer.name);
      if (known !== undefined) return known;
      const values = fillWeights({ ...parts, oracle }, layer, allPositions(layer.size));
      remembered.set(layer.name, values);
      return values;
    },
    async gradients({ weights, of = 'loss', batches = 1, firstBatch = 0 } = {}) {
      const given = new Map(sparse.map(({ name }, i) => [name, weights?.[i]]));
      for (const [i, { name, size }] of sparse.entries()) {
        const values = weights?.[i];
        if (weights === undefined || values?.length === size) continue;
        throw new TypeError(
          `Layer "${name}" has ${size} positions; gradients were asked for at ${values?.length} weights.`,
        );
      }
      const layers = shapes.map(
        (shape): StartLayer => ({
          name: shape.name,
          active: allPositions(shape.size),
          weights: given.get(shape.name) ?? oracle.weights(shape),
        }),
      );
      const all = await network().gradients(layers, { of, batches, firstBatch });
      return all.filter((_, i) => !dense[i]);
    },
    batch: (index = 0) => network().batch(index),
  };
  return oracle;

  function network(): DenseNetwork {
    if (options.dense !== undefined) return options.dense;
    throw new EspalierError(
      'ESPALIER_NO_ORACLE',
      'Gradients before training need an engine and data, which are not there where a start is only planned; they need an architecture, not a model.',
    );
  }
}
