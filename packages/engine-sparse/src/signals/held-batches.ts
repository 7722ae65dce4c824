import { EspalierError } from '@espalier/core/engine';
import { mebibytes } from '../memory/heap.js';
import type { SharedMemory } from '../memory/shared-memory.js';

/** A batch whose activations and deltas are held: what the gradient at any position is made from. */
export interface Round {
  readonly address: number;
  readonly bytes: number;
  readonly tiles: number;
  /** Examples per tile. */
  readonly lanes: number;
  /** Less than tiles x lanes where the last tile is not full. */
  readonly examples: number;
}

/** What is to be held. */
export interface Holding extends Pick<Round, 'tiles' | 'lanes' | 'examples'> {
  /** Whether the batches held so far stay, for a gradient summed over all. */
  readonly adds: boolean;
  /** Whether the gradient signal is made of it. */
  readonly forGradient: boolean;
}

/** So much memory batches may take while a gradient is summed over them. */
const MOST_BYTES = 2 ** 30;

/** The batches that the gradient signal is summed over. */
export class HeldBatches {
  readonly #shared: SharedMemory;
  /** Values and gradients of an example. */
  readonly features: number;
  #rounds: Round[] = [];
  #forGradient = false;
  /** Kept for the next update, so that memory does not come and go; steps until then may use it. */
  #spare: Round | undefined;

  /** @param features - of a tile's arena */
  constructor(shared: SharedMemory, features: number) {
    this.#shared = shared;
    this.features = features;
  }

  /** None where the last step was not asked for the gradient. */
  get rounds(): readonly Round[] {
    return this.#forGradient ? this.#rounds : [];
  }

  /** The last batch; undefined where the last step held none. */
  get latest(): Round | undefined {
    return this.#rounds.at(-1);
  }

  /**
   * Takes memory for one more batch.
   * @throws EspalierError ESPALIER_ENGINE_REFUSES, with the arithmetic, where they are too many
   */
  begin({ tiles, lanes, examples, adds, forGradient }: Holding): Round {
    if (!adds || !this.#forGradient) this.drop();
    this.#forGradient = forGradient;
    const bytes = tiles * lanes * this.features * 4;
    const held = this.#rounds.reduce((sum, round) => sum + round.bytes, 0);
    if (this.#rounds.length > 0 && held + bytes > MOST_BYTES) {
      throw new EspalierError(
        'ESPALIER_ENGINE_REFUSES',
        `Summing the gradient over ${this.#rounds.length + 1} batches would hold ${this.features} values for each of ` +
          `${tiles * lanes} examples of each, ${mebibytes(held + bytes)} in all; the sparse engine holds at most ` +
          `${mebibytes(MOST_BYTES)}. Sum over fewer batches (accumulate), or use engine "tfjs".`,
      );
    }
    const round = { address: this.#take(bytes), bytes, tiles, lanes, examples };
    this.#rounds.push(round);
    return round;
  }

  /** Holds nothing any more. */
  drop(): void {
    for (const round of this.#rounds) {
      if (this.#spare === undefined) this.#spare = round;
      else this.#shared.heap.give(round.address);
    }
    this.#rounds = [];
  }

  /** The address of at least so many bytes that wait for the next batch; undefined where none do. */
  spareOf(bytes: number): number | undefined {
    return this.#spare !== undefined && this.#spare.bytes >= bytes ? this.#spare.address : undefined;
  }

  #take(bytes: number): number {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) {
      if (spare.bytes === bytes) return spare.address;
      this.#shared.heap.give(spare.address);
    }
    return this.#shared.heap.take(bytes, 'the activations of a batch');
  }
}
