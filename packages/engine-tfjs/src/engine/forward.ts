import type { EngineRequest } from '@espalier/core';
import * as tf from '@tensorflow/tfjs';
import { logitsInsteadOfSoftmax } from '../model/final-softmax.js';
import { withoutInputGradient } from '../model/first-layers.js';
import { keyedDropout } from '../model/keyed-dropout.js';
import { functionalModel } from '../model/layer-access.js';
import { type Substitution, withSubstitutions } from '../model/substitution.js';
import type { TrainableNetwork } from '../model/trainable-network.js';

/** Runs a network forward: with logits where the loss is cross-entropy, and dropout from keyed streams. */
export class ForwardPass {
  readonly #model: tf.LayersModel;
  readonly #evaluating: readonly Substitution[];
  readonly #training: readonly Substitution[];
  #step = 0;

  constructor(
    { model, layerNames }: TrainableNetwork,
    { loss, random }: Pick<EngineRequest, 'loss' | 'random'>,
  ) {
    this.#model = model;
    const logits = loss === 'cross-entropy' ? logitsInsteadOfSoftmax(model) : undefined;
    this.#evaluating = logits ? [logits] : [];
    const dropout = keyedDropout(model, (name) => random('dropout', name, this.#step), layerNames);
    this.#training = [...this.#evaluating, ...dropout, ...withoutInputGradient(model)];
  }

  /** The outputs while training, shape [batch, ...]; batch statistics move. */
  train(inputs: tf.Tensor, step: number): tf.Tensor {
    this.#step = step;
    return this.#run(inputs, true, this.#training);
  }

  /** The outputs as predicted, shape [batch, ...]. */
  evaluate(inputs: tf.Tensor): tf.Tensor {
    return this.#run(inputs, false, this.#evaluating);
  }

  /** The loss with what the regularisers of a model's own layers add to it, as in `model.fit`. */
  addRegularisation(loss: tf.Scalar): tf.Scalar {
    const penalties = functionalModel(this.#model).calculateLosses();
    return penalties.reduce((sum, penalty) => tf.add(sum, penalty), loss);
  }

  #run(inputs: tf.Tensor, training: boolean, substitutions: readonly Substitution[]): tf.Tensor {
    return withSubstitutions(substitutions, () => this.#model.apply(inputs, { training }) as tf.Tensor);
  }
}
