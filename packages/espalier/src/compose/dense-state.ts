import { type LayerDescription, type OptimizerOptions, sum } from '@espalier/core';

/** What optimizer state at every position depends on. */
export interface DenseStateFacts {
  readonly layers: readonly Pick<LayerDescription, 'shape'>[];
  readonly optimizer: OptimizerOptions['use'];
}

/** Adam counts each weight's own steps besides its two moments. */
const SLOTS: Readonly<Record<OptimizerOptions['use'], number>> = { sgd: 1, adam: 3, adamw: 3 };

/** Bytes of optimizer state where there is a place for a weight, whether or not there is one. */
export function denseStateBytes({ layers, optimizer }: DenseStateFacts): number {
  return 4 * SLOTS[optimizer] * positionsOf(layers);
}

/** Why the sparse engine keeps no momentum where there is no weight unless told to, with the arithmetic. */
export function denseStateRefusal(facts: DenseStateFacts): string {
  const mebibytes = (denseStateBytes(facts) / 2 ** 20).toFixed(1);
  return (
    'Momentum is free where there are weights; at every position it would take ' +
    `${positionsOf(facts.layers)} positions x ${SLOTS[facts.optimizer]} x 4 bytes = ${mebibytes} MiB, as in a dense network, ` +
    'and the dense gradient of every step. Allow it by denseState: allow, or use engine "tfjs".'
  );
}

function positionsOf(layers: DenseStateFacts['layers']): number {
  return sum(layers.map(({ shape }) => shape.reduce((product, n) => product * n, 1)));
}
