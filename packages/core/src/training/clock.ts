import type { Clock } from '../contract.js';

/** The extent of a run. */
export interface RunLength {
  /** Steps of the whole run. */
  readonly totalSteps: number;
  /** Steps of one epoch. */
  readonly stepsPerEpoch: number;
}

/** The clock of any step of a run. */
export function clockAt(length: RunLength, step: number, updateIndex: number): Clock {
  const { totalSteps, stepsPerEpoch } = length;
  return {
    step,
    totalSteps,
    epoch: Math.floor(step / stepsPerEpoch),
    stepInEpoch: step % stepsPerEpoch,
    stepsPerEpoch,
    updateIndex,
  };
}
