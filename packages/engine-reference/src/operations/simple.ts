import type { Operation } from './operation.js';

/** The values as they are: what flattening does to row-major data. */
export const identity: Operation = ([x]) => ({ output: x!, backward: (upstream) => [upstream] });

/** The sum of all inputs. */
export const add: Operation = (inputs) => {
  const output = new Float64Array(inputs[0]!.length);
  for (const input of inputs) for (let i = 0; i < output.length; i++) output[i]! += input[i]!;
  return { output, backward: (upstream) => inputs.map(() => upstream) };
};

/**
 * While training, zeroes each value with probability `rate` and scales the others by 1 / (1 - rate).
 * Paper: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout", JMLR 15 (2014); scaled while
 * training, as is usual, so that evaluation needs no change.
 */
export function dropout(node: string, rate: number): Operation {
  return (inputs, pass) => {
    if (pass.training === undefined || rate === 0) return identity(inputs, pass);
    const stream = pass.training.dropout(node);
    const kept = inputs[0]!.map(() => (stream.uniform() < rate ? 0 : 1 / (1 - rate)));
    const times = (values: Float64Array) => values.map((value, i) => value * kept[i]!);
    return { output: times(inputs[0]!), backward: (upstream) => [times(upstream)] };
  };
}
