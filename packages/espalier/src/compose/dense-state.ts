import { type LayerDescription, type OptimizerOptions, sum } from '@espalier/core';

/** What state at every position depends on. */
export interface DenseStateFacts {
  readonly layers: readonly Pick<LayerDescription, 'shape'>[];
  readonly optimizer: OptimizerOptions['use'];
}

/** Adam counts each weight's own steps besides its two moments. */
const SLOTS: Readonly<Record<OptimizerOptions['use'], number>> = { sgd: 1, adam: 3, adamw: 3 };

/** The signals that take state at every position. */
export type DenseSignal = 'denseMomentum' | 'weight';

/** Whether a signal is one of those. */
export function isDenseSignal(signal: string): signal is DenseSignal {
  return signal === 'denseMomentum' || signal === 'weight';
}

/**
 * Bytes of what the sparse engine keeps where there is a place for a weight, whether or not there is one: optimizer
 * state and gradient, with `weight` the value, too.
 */
export function denseStateBytes(facts: DenseStateFacts, signal: DenseSignal): number {
  return 4 * numbersFor(facts, signal) * positionsOf(facts.layers);
}

/** Why the sparse engine keeps nothing where there is no weight unless told to, with the arithmetic. */
export function denseStateRefusal(facts: DenseStateFacts, signal: DenseSignal): string {
  const mebibytes = (denseStateBytes(facts, signal) / 2 ** 20).toFixed(1);
  return (
    `${ONLY_WHERE[signal]} at every position it would take ` +
    `${positionsOf(facts.layers)} positions x ${numbersFor(facts, signal)} x 4 bytes = ${mebibytes} MiB, as in a dense ` +
    'network. Allow it by denseState: allow, or use engine "tfjs".'
  );
}

const ONLY_WHERE: Readonly<Record<DenseSignal, string>> = {
  denseMomentum: 'Momentum is free where there are weights; with the gradient that it follows,',
  weight:
    'It is of methods that train weights which the forward pass leaves out; with optimizer state and gradient,',
};

function numbersFor({ optimizer }: DenseStateFacts, signal: DenseSignal): number {
  return SLOTS[optimizer] + (signal === 'weight' ? 2 : 1);
}

function positionsOf(layers: DenseStateFacts['layers']): number {
  return sum(layers.map(({ shape }) => shape.reduce((product, n) => product * n, 1)));
}
