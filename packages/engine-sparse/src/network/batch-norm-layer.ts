import type { ShapedNode, ShapedParameter } from '@espalier/architectures';
import type { SharedMemory } from '../memory/shared-memory.js';
import { DenseParameter } from '../parameters/dense-parameter.js';
import type { Fields } from './records.js';

/** The parameters of a batch normalisation, and the memory in which threads sum over the batch. */
export class BatchNormLayer {
  /** In the order of tf.layers. */
  readonly parameters: readonly DenseParameter[];
  readonly #channels: number;
  readonly #momentum: number;
  readonly #epsilon: number;
  readonly #sums: number;
  readonly #statistics: number;
  readonly #ofBatch: number;
  readonly #shared: SharedMemory;

  constructor(shaped: ShapedNode, slotNames: readonly string[], shared: SharedMemory, threads: number) {
    const { momentum, epsilon } = shaped.node as { readonly momentum: number; readonly epsilon: number };
    this.parameters = shaped.parameters.map(
      (parameter: ShapedParameter) => new DenseParameter(parameter, slotNames, shared, threads),
    );
    this.#channels = shaped.outputShape.at(-1) as number;
    this.#momentum = momentum;
    this.#epsilon = epsilon;
    this.#shared = shared;
    const take = (values: number) =>
      shared.heap.take(values * this.#channels, `the statistics of ${shaped.node.name}`);
    this.#sums = take(8 * 4 * threads);
    this.#statistics = take(4 * 4 * threads);
    this.#ofBatch = take(4 * 2);
  }

  /** Lets the moving statistics follow those of the last batch. */
  settle(): void {
    const [, , ...moving] = this.parameters;
    const ofBatch = this.#shared.floatsAt(this.#ofBatch, 2 * this.#channels);
    moving.forEach(({ values }, statistic) => {
      const follower = this.#shared.floatsAt(values, this.#channels);
      for (let c = 0; c < this.#channels; c++) {
        const target = ofBatch[statistic * this.#channels + c]!;
        follower[c] = this.#momentum * follower[c]! + (1 - this.#momentum) * target;
      }
    });
  }

  /** Its part of the record. */
  get fields(): Fields {
    const [gamma, beta, mean, variance] = this.parameters as [
      DenseParameter,
      DenseParameter,
      DenseParameter,
      DenseParameter,
    ];
    return {
      channels: this.#channels,
      sums: this.#sums,
      statistics: this.#statistics,
      gamma: gamma.values,
      beta: beta.values,
      gammaGradients: gamma.gradients,
      betaGradients: beta.gradients,
      gradientStride: gamma.stride,
      movingMean: mean.values,
      movingVariance: variance.values,
      ofBatch: this.#ofBatch,
      epsilon: this.#epsilon,
    };
  }
}
