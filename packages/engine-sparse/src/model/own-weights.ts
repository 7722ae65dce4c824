import type { StartLayer } from '@espalier/core';
import type { SharedMemory } from '../memory/shared-memory.js';
import { Kernel } from '../parameters/kernel.js';
import type { Parameter } from '../parameters/parameter.js';
import type { LayerWeight } from './layers-model.js';

/** The weights of the model that a network was converted from, by the names of parameters. */
export class OwnWeights {
  readonly #weights: ReadonlyMap<string, LayerWeight>;

  constructor(weights: ReadonlyMap<string, LayerWeight>) {
    this.#weights = weights;
  }

  /** A start whose layers keep the model's weights where they are given none. */
  complete(start: readonly StartLayer[]): readonly StartLayer[] {
    return start.map((layer) => {
      const own = layer.weights === undefined ? this.#weights.get(layer.name) : undefined;
      if (own === undefined) return layer;
      const values = own.read().dataSync();
      return { ...layer, weights: Float32Array.from(layer.active, (position) => values[position]!) };
    });
  }

  /** Gives biases and what normalises the values that the model has. */
  takeOver(parameters: readonly Parameter[], shared: SharedMemory): void {
    for (const parameter of parameters) {
      if (parameter instanceof Kernel) continue;
      shared.floatsAt(parameter.values, parameter.count).set(this.#own(parameter).read().dataSync());
    }
  }

  /** Writes all parameters to the model, kernels with 0 where they are not active. */
  update(parameters: readonly Parameter[], shared: SharedMemory): void {
    for (const parameter of parameters) {
      const values = new Float32Array(parameter.size);
      if (parameter instanceof Kernel) {
        const { active, weights } = parameter;
        for (let k = 0; k < active.length; k++) values[active[k]!] = weights[k]!;
      } else values.set(shared.floatsAt(parameter.values, parameter.count));
      assign(this.#own(parameter), values);
    }
  }

  #own({ name }: Parameter): LayerWeight {
    return this.#weights.get(name) as LayerWeight;
  }
}

/** Only the model's own tensors can make others of their kind, as there is no TensorFlow.js here. */
function assign(weight: LayerWeight, values: Float32Array): void {
  const variable = weight.read();
  const flat = variable.reshape([values.length]);
  const zeros = flat.zerosLike();
  const sum = zeros.add(values);
  const shaped = sum.reshape(weight.shape);
  variable.assign(shaped);
  for (const tensor of [flat, zeros, sum, shaped]) tensor.dispose();
}
