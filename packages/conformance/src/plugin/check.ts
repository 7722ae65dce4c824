/** One thing that the contract asks for. */
export interface Check {
  /** What holds, e.g. `regrow "acme/momentum" continues from its state`. */
  readonly name: string;
  /**
   * Tries it.
   * @throws Error saying what does not hold
   */
  run(): void | Promise<void>;
}
