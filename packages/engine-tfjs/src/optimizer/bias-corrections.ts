/** The corrections 1 - beta^age of Adam's moments, by age. */
export class BiasCorrections {
  readonly #values = [0];

  constructor(readonly beta: number) {}

  /** @param age - how often a weight was changed, this time included; from 1 */
  at(age: number): number {
    while (this.#values.length <= age) {
      const correction = 1 - this.beta ** this.#values.length;
      if (correction === 1) return 1;
      this.#values.push(correction);
    }
    return this.#values[age]!;
  }
}
