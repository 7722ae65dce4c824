/** Where training stands. Every field is known in advance for every step; all clocks count steps. */
export interface Clock {
  /** The present step, from 0. One step is one training batch, whether or not weights change. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
  /** The present epoch, from 0. */
  readonly epoch: number;
  /** The step within the epoch, from 0. */
  readonly stepInEpoch: number;
  /** Steps of one epoch. */
  readonly stepsPerEpoch: number;
  /** How many topology updates were committed before this step. */
  readonly updateIndex: number;
}
