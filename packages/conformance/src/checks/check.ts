/** One thing that the contract asks for. */
export interface Check {
  /** What holds, e.g. `regrow "acme/momentum" goes on from its state`. */
  readonly name: string;
  /**
   * Tries it.
   * @throws Untried where it can't be tried here, which is no failure
   * @throws Error saying what does not hold
   */
  run(): void | Promise<void>;
}

/** Why a check can't be tried: a test runner is to skip it with the message as reason. */
export class Untried extends Error {
  /** What stack traces call it. */
  override readonly name = 'Untried';
}
