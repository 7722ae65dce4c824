import type { Positions } from '@espalier/core';

// Small networks are never derived twice; of large ones the layer asked for last is there.
const MOST_BYTES = 2 ** 26;

/** The positions that were derived last: whoever asks for a layer's mostly asks again. */
export class PositionCache {
  /** The oldest first. */
  readonly #kept = new Map<object, Positions>();
  #bytes = 0;

  /**
   * An owner's positions, never changed once given out.
   * @param derive - makes them
   */
  of(owner: object, derive: () => Positions): Positions {
    const known = this.#kept.get(owner);
    if (known !== undefined) return known;
    const positions = derive();
    this.#kept.set(owner, positions);
    this.#bytes += positions.byteLength;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= MOST_BYTES || oldest === owner) break;
      this.forget(oldest);
    }
    return positions;
  }

  /** For an owner whose positions changed. */
  forget(owner: object): void {
    this.#bytes -= this.#kept.get(owner)?.byteLength ?? 0;
    this.#kept.delete(owner);
  }
}
