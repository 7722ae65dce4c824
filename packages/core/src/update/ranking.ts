import type { Scores } from '../contract.js';
import { selectLargest } from '../selection/index.js';

/**
 * Counts how the best of a stream of scores spread over its owners (layers, say), holding at most twice the
 * winners. Scores must not be negative, and come in the order in which ties are to be broken.
 */
export class Ranking {
  /** How many scores win. */
  readonly winners: number;
  /** Scores below this can no longer win: callers may leave them out. */
  bound = 0;
  readonly #scores: Scores;
  readonly #owners: Uint32Array;
  readonly #ownerCount: number;
  #length = 0;

  /**
   * @param winners - how many of the scores win
   * @param owners - how many owners there are, numbered from 0
   * @param precision - `single` where scores are float32 as they come; computed ones need `double`, the default,
   *   to keep their order
   */
  constructor(winners: number, owners: number, precision: 'single' | 'double' = 'double') {
    this.winners = winners;
    this.#scores = precision === 'single' ? new Float32Array(2 * winners) : new Float64Array(2 * winners);
    this.#owners = new Uint32Array(2 * winners);
    this.#ownerCount = owners;
  }

  /** Enters one score. */
  add(owner: number, score: number): void {
    if (score < this.bound) return;
    if (this.#length === this.#scores.length) this.#compact();
    this.#scores[this.#length] = score;
    this.#owners[this.#length++] = owner;
  }

  /**
   * Enters scores of one owner, in their order; those below {@link Ranking.bound} need not be left out.
   * @param owner - its number
   * @param scores - not negative; read, not kept
   */
  addAll(owner: number, scores: Scores): void {
    if (this.winners === 0) return;
    let from = 0;
    while (from < scores.length) {
      if (this.#length === this.#scores.length) this.#compact();
      const some = scores.subarray(from, from + this.#scores.length - this.#length);
      this.#scores.set(some, this.#length);
      this.#owners.fill(owner, this.#length, this.#length + some.length);
      this.#length += some.length;
      from += some.length;
    }
  }

  /** Raises {@link Ranking.bound} as far as the scores so far allow, for whoever asks for more of them next; O(winners). */
  settle(): void {
    if (this.winners > 0 && this.#length >= this.winners) this.#compact();
  }

  /** @returns how many winners each owner has */
  counts(): number[] {
    if (this.#length > this.winners) this.#compact();
    const counts = new Array<number>(this.#ownerCount).fill(0);
    for (let i = 0; i < this.#length; i++) counts[this.#owners[i]!]!++;
    return counts;
  }

  // Scores stand in the order of layers and positions, which selection keeps and breaks ties by.
  #compact(): void {
    const best = selectLargest(this.#scores.subarray(0, this.#length), this.winners);
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < best.length; i++) {
      const score = this.#scores[best[i]!]!;
      this.#scores[i] = score;
      this.#owners[i] = this.#owners[best[i]!]!;
      if (score < lowest) lowest = score;
    }
    this.#length = best.length;
    this.bound = lowest;
  }
}
