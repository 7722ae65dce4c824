import type { Positions } from '@espalier/core';
import type { Parameter } from '../parameter.js';

/**
 * The slot that counts the optimizer steps of each weight since it was grown: whole numbers, 0 for a weight that
 * starts anew.
 */
export const AGE = 'age';

/** How some positions are to be moved. */
interface StepOptions {
  readonly learningRate: number;
  /** Whether the optimizer's weight decay applies. */
  readonly decays: boolean;
}

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** Names of its slots. */
  readonly slots: readonly string[];
  /** The slot that the `momentum` signal shows and that seeds go to. */
  readonly firstMoment: string;
  /** One step at some positions. */
  step(parameter: Parameter, positions: Positions, how: StepOptions): void;
}
