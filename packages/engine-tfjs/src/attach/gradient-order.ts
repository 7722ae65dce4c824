import * as tf from '@tensorflow/tfjs';

/** Gradients by the names of their variables, as `optimizer.applyGradients` takes them. */
export type NamedGradients = tf.NamedTensorMap | readonly NamedGradient[];

/** One gradient with the name of its variable. */
export interface NamedGradient {
  /** The variable's. */
  readonly name: string;
  /** Of the variable's shape. */
  readonly tensor: tf.Tensor;
}

/**
 * Puts gradients into one order for good. Optimizers of TensorFlow.js find the slots of a variable by its index
 * among the gradients: in another order, or with one left out, they would mix them up in silence.
 */
export class GradientOrder {
  readonly #variables: readonly tf.Variable[];
  readonly #names: string[];

  /** @param variables - come first, and have zero gradients where none is given */
  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
    this.#names = variables.map(({ name }) => name);
  }

  /** To be called inside `tf.tidy`. Variables not known before are appended. */
  arrange(gradients: NamedGradients): NamedGradient[] {
    const given = new Map(
      Array.isArray(gradients)
        ? gradients.map(({ name, tensor }) => [name, tensor])
        : Object.entries(gradients as tf.NamedTensorMap),
    ) as Map<string, tf.Tensor>;
    for (const name of given.keys()) if (!this.#names.includes(name)) this.#names.push(name);
    return this.#names.flatMap((name, i) => {
      const variable = this.#variables[i];
      const tensor = given.get(name) ?? (variable && tf.zerosLike(variable));
      if (!tensor) throw new TypeError(`The gradient of "${name}" is missing; steps before this one had it.`);
      return [{ name, tensor }];
    });
  }
}
