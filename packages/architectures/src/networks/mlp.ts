import {
  type ActivationName,
  type Architecture,
  type ArchitectureNode,
  EspalierError,
} from '@espalier/core/engine';
import { ACTIVATIONS } from '../activations.js';

/** What {@link mlp} is to build. */
export interface MlpOptions {
  /** Numbers of values per layer, input and output included: two or more, e.g. [784, 300, 100, 10]. */
  readonly layers: readonly number[];
  /** Between the layers; the last one gives logits. Default `relu`. */
  readonly activation?: ActivationName;
  /** Default `mlp-` and the layers, e.g. `mlp-784-300-100-10`. */
  readonly name?: string;
  /** Dropout rate after each hidden layer, in [0, 1). Default 0: no dropout nodes. */
  readonly dropout?: number;
}

/**
 * A multilayer perceptron: dense nodes `dense_1`, `dense_2`, ... with `activation_1`, ... between them.
 *
 * @param options - see {@link MlpOptions}
 * @throws EspalierError ESPALIER_INVALID_OPTION for layers that are not two or more positive integers, an
 *   activation that does not exist, a dropout rate out of range
 */
export function mlp({ layers, activation = 'relu', dropout = 0, name }: MlpOptions): Architecture {
  if (layers.length < 2 || !layers.every((size) => Number.isSafeInteger(size) && size > 0)) {
    refuse('layers', layers, 'two or more positive integers, input and output included: [784, 300, 100, 10]');
  }
  if (!ACTIVATIONS.includes(activation)) refuse('activation', activation, `one of ${ACTIVATIONS.join(', ')}`);
  if (!(dropout >= 0 && dropout < 1)) refuse('dropout', dropout, 'a number in [0, 1)');
  const [inputs, ...widths] = layers as readonly [number, ...number[]];
  const nodes = widths.flatMap((units, i): ArchitectureNode[] => {
    const dense: ArchitectureNode = { kind: 'dense', name: `dense_${i + 1}`, units };
    if (i === widths.length - 1) return [dense];
    const hidden: ArchitectureNode[] = [
      dense,
      { kind: 'activation', name: `activation_${i + 1}`, activation },
    ];
    if (dropout > 0) hidden.push({ kind: 'dropout', name: `dropout_${i + 1}`, rate: dropout });
    return hidden;
  });
  return { name: name ?? `mlp-${layers.join('-')}`, inputShape: [inputs], nodes };
}

function refuse(option: string, value: unknown, right: string): never {
  throw new EspalierError(
    'ESPALIER_INVALID_OPTION',
    `Option "${option}" of architecture "mlp" is ${JSON.stringify(value)}; it must be ${right}.`,
  );
}
