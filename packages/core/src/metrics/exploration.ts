import type { Positions } from '../contract.js';
import { union } from '../selection/index.js';

/**
 * The share of positions that were active at some time, the exploration rate R_s of in-time over-parameterisation.
 *
 * Paper: Liu et al., Do We Actually Need Dense Over-Parameterization?, ICML 2021, arXiv 2102.02887.
 */
export class Exploration {
  readonly #size: number;
  #explored: Positions[];

  /**
   * @param start - active positions of each layer at the start
   * @param sizes - positions of each layer
   */
  constructor(start: readonly Positions[], sizes: readonly number[]) {
    this.#explored = [...start];
    this.#size = sizes.reduce((all, size) => all + size, 0);
  }

  /**
   * Takes an update into account.
   * @param grown - per layer the positions that the update grew, ascending
   */
  add(grown: readonly Positions[]): void {
    this.#explored = this.#explored.map((explored, i) => union(explored, grown[i]!));
  }

  /** In (0, 1]. */
  get rate(): number {
    return this.#explored.reduce((all, { length }) => all + length, 0) / this.#size;
  }
}
