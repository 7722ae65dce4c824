import type { ShapedParameter } from '@espalier/architectures';
import { type LayerDescription, newPositions, type Positions } from '@espalier/core/engine';
import type { SharedMemory } from '../memory/shared-memory.js';
import { orderByGathering } from './gather-order.js';
import type { Geometry } from './geometry.js';
import { lowerBound } from './indices.js';
import { Parameter, padded, type Reordered } from './parameter.js';
import { type Located, NOT_ACTIVE, type Rewiring, type RewiringKernels } from './rewiring.js';

/** Positions that cross into shared memory at a time. */
const CROSSING = 65536;
// Values by units are written to as many places as there are units. Where they are more than a cache holds, units are
// taken in blocks of about so many values.
const ORDERED = 2 ** 20;

/**
 * A kernel that exists at its active positions only. Values, gradients and slots stand in the order of positions,
 * which is the order by inputs; the forward pass has a copy of the values in the order by units, which the optimizer
 * keeps up to date through a permutation.
 */
export class Kernel extends Parameter {
  readonly isKernel = true;
  readonly isTrained = true;
  readonly layer: LayerDescription;
  readonly geometry: Geometry;
  /** u32 [rows + 1] */
  readonly rowStarts: number;
  /** u32 [units + 1] */
  readonly unitStarts: number;
  /** u32 [rows], or 0 */
  readonly places: number;
  /** u32 [count]: the unit of each value. */
  rowUnits = 0;
  /** u32 [count]: by units, the relative feature of each value. */
  unitFeatures = 0;
  /** f32 [count]: the values by units. */
  unitValues = 0;
  /** u32 [count]: where each value stands by units. */
  permutation = 0;
  /** u32 [rows of the order + 1], or 0 where the gradient by the input is gathered in the order of positions. */
  readonly gatherStarts: number = 0;
  /** u32 [count]: in the order of gathering, the relative delta of each value. */
  gatherDeltas = 0;
  /** f32 [count]: the values in the order of gathering. */
  gatherValues = 0;
  /** u32 [count]: where each value stands in the order of gathering. */
  gatherPermutation = 0;
  /** f32 [count] for each gradient: room to sum them up in the order of units; 0 where that is not done. */
  unitGradients = 0;
  readonly #sumsByUnits: boolean;
  #count = 0;
  #capacity = -1;

  constructor(
    shaped: ShapedParameter,
    geometry: Geometry,
    slotNames: readonly string[],
    shared: SharedMemory,
    gradients: number,
    sumsByUnits: boolean,
  ) {
    super(shaped, slotNames, shared, gradients);
    this.#sumsByUnits = sumsByUnits;
    this.layer = shaped.layer as LayerDescription;
    this.geometry = geometry;
    const { rows, units, places, gathering } = geometry;
    this.rowStarts = shared.heap.take(4 * (rows + 1), `the rows of ${this.name}`);
    this.unitStarts = shared.heap.take(4 * (units + 1), `the units of ${this.name}`);
    this.places = places === undefined ? 0 : shared.store(places, `the rows of ${this.name}`);
    if (gathering === undefined) return;
    this.gatherStarts = shared.heap.take(4 * (gathering.rows + 1), `the rows of ${this.name}`);
  }

  /** Ascending; derived, so callers that ask often keep what they got. */
  get active(): Positions {
    return this.shared.positions.of(this, () => this.#derive());
  }

  get count(): number {
    return this.#count;
  }

  get copies(): Reordered[] {
    const byUnits = { permutation: this.permutation, values: this.unitValues };
    if (this.geometry.gathering === undefined) return [byUnits];
    return [byUnits, { permutation: this.gatherPermutation, values: this.gatherValues }];
  }

  /** The values in the order of positions; whoever writes calls {@link refresh}, or {@link order}. */
  get weights(): Float32Array {
    return this.shared.floatsAt(this.values, this.count);
  }

  /** Where some positions stand among the active ones; {@link NOT_ACTIVE} for those that do not. */
  find(positions: Positions): Uint32Array {
    const { rows, units, perRow } = this.geometry;
    const starts = this.shared.wordsAt(this.rowStarts, rows + 1);
    const rowUnits = this.shared.wordsAt(this.rowUnits, this.count);
    const found = new Uint32Array(positions.length).fill(NOT_ACTIVE);
    for (let i = 0; i < positions.length; i++) {
      const row = Math.floor(positions[i]! / perRow);
      const unit = positions[i]! % units;
      const at = lowerBound(rowUnits, unit, starts[row]!, starts[row + 1]!);
      if (at < starts[row + 1]! && rowUnits[at] === unit) found[i] = at;
    }
    return found;
  }

  /**
   * Sets another topology. All weights and slots are 0 then; whoever writes them calls {@link order}.
   * @param active - ascending, below the size
   */
  place(active: Positions): void {
    const { rows, units, perRow } = this.geometry;
    if (active.length > this.#capacity) this.#reserve(active.length);
    this.#count = active.length;
    this.shared.positions.forget(this);
    const starts = this.shared.wordsAt(this.rowStarts, rows + 1).fill(0);
    const rowUnits = this.shared.wordsAt(this.rowUnits, active.length);
    for (let k = 0; k < active.length; k++) {
      rowUnits[k] = active[k]! % units;
      starts[Math.floor(active[k]! / perRow) + 1]!++;
    }
    for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
    for (const { address } of this.#contents()) {
      this.shared.wordsAt(address, padded(active.length)).fill(0);
    }
    this.#clearGradients();
  }

  /**
   * Looks for positions among the active ones.
   * @returns undefined where they do not ascend within the size
   */
  locate(kernels: RewiringKernels, positions: Positions): Located | undefined {
    const { size, units, perRow } = this.geometry;
    const at = new Uint32Array(positions.length);
    let active = 0;
    const ascend = this.#crossing(positions, (address, from, count, found) => {
      const after = from === 0 ? -1 : positions[from - 1]!;
      const own = kernels.locate(
        ...([count, address, after, size] as const),
        ...([perRow, units, this.rowStarts, this.rowUnits, found] as const),
      );
      at.set(this.shared.wordsAt(found, count), from);
      active += own;
      return own >= 0;
    });
    return ascend ? { at, active } : undefined;
  }

  /**
   * Changes the topology. Weights and slots that stay keep their values, slots of new ones are 0; whoever has written
   * them calls {@link order}.
   * @returns the indices of the grown ones
   */
  rewire(kernels: RewiringKernels, { prunedAt, grown, grownValues }: Rewiring): Uint32Array {
    const { shared, geometry } = this;
    const { rows, units, perRow } = geometry;
    const [pruned, added] = [prunedAt.length, grown.length];
    const count = this.#count - pruned + added;
    const grownAt = this.#listing(Math.max(pruned, added), (prunedList, grownList, grownUnits) => {
      shared.wordsAt(prunedList, pruned).set(prunedAt);
      this.#crossing(grown, (address, from, n) => {
        kernels.divide(n, address, perRow, units, grownList + 4 * from, grownUnits + 4 * from);
        return true;
      });
      const change = [pruned, prunedList, added, grownList] as const;
      this.rowUnits = this.#moved(this.rowUnits, count, (target) => {
        kernels.mergeRows(rows, this.rowStarts, this.rowUnits, target, ...change, grownUnits);
      });
      const move = (source: number, values: number) =>
        this.#moved(source, count, (target) => kernels.mergeValues(count, source, target, ...change, values));
      shared.floatsAt(grownUnits, added).set(grownValues);
      this.values = move(this.values, grownUnits);
      for (const slot of this.slots.values()) slot.address = move(slot.address, 0);
      return shared.wordsAt(grownList, added).slice();
    });
    this.#count = count;
    if (count > this.#capacity) this.#reserveOthers(count);
    shared.positions.forget(this);
    this.#clearGradients();
    return grownAt;
  }

  /** Brings the values in other orders up to date. */
  refresh(): void {
    const { weights } = this;
    for (const { permutation, values } of this.copies) {
      const places = this.shared.wordsAt(permutation, this.count);
      const copy = this.shared.floatsAt(values, this.count);
      for (let k = 0; k < weights.length; k++) copy[places[k]!] = weights[k]!;
    }
  }

  /** Brings the other orders up to date with topology and values. */
  order(kernels: RewiringKernels): void {
    const { shared, count, geometry } = this;
    const { rows, units, gathering } = geometry;
    const blocks = Math.max(1, Math.ceil(count / ORDERED));
    const reached = blocks > 1 ? shared.heap.take(4 * rows, `the rows of ${this.name}`) : 0;
    kernels.orderByUnits(
      ...([rows, units, this.places, this.rowStarts, this.rowUnits, this.values] as const),
      ...([this.unitStarts, this.unitFeatures, this.unitValues, this.permutation] as const),
      ...([blocks, reached] as const),
    );
    if (reached !== 0) shared.heap.give(reached);
    if (gathering === undefined) return;
    orderByGathering({
      rowStarts: shared.wordsAt(this.rowStarts, rows + 1),
      rowUnits: shared.wordsAt(this.rowUnits, count),
      values: this.weights,
      order: gathering,
      starts: shared.wordsAt(this.gatherStarts, gathering.rows + 1),
      deltas: shared.wordsAt(this.gatherDeltas, count),
      gathered: shared.floatsAt(this.gatherValues, count),
      permutation: shared.wordsAt(this.gatherPermutation, count),
    });
  }

  /**
   * Lays positions into shared memory, some at a time.
   * @param use - takes the address of float64s, where they stand among all, how many there are, and room for as many
   *   words; gives whether to go on
   * @returns whether all were taken
   */
  #crossing(
    positions: Positions,
    use: (address: number, from: number, count: number, room: number) => boolean,
  ): boolean {
    const { memory, heap } = this.shared;
    const most = Math.min(CROSSING, positions.length);
    const address = heap.take(12 * most, `positions of ${this.name}`);
    try {
      for (let from = 0; from < positions.length; from += CROSSING) {
        const block = positions.subarray(from, from + CROSSING);
        new Float64Array(memory.buffer, address, block.length).set(block);
        if (!use(address, from, block.length, address + 8 * most)) return false;
      }
      return true;
    } finally {
      heap.give(address);
    }
  }

  /** Room for three lists of words: where the order by units stands, which is made anew after a change. */
  #listing<Result>(length: number, use: (first: number, second: number, third: number) => Result): Result {
    const { heap } = this.shared;
    if (length <= this.#capacity) return use(this.permutation, this.unitFeatures, this.unitValues);
    const taken = heap.take(12 * length, `the changes of ${this.name}`);
    try {
      return use(taken, taken + 4 * length, taken + 8 * length);
    } finally {
      heap.give(taken);
    }
  }

  #derive(): Positions {
    const { size, rows, units, perRow } = this.geometry;
    const starts = this.shared.wordsAt(this.rowStarts, rows + 1);
    const rowUnits = this.shared.wordsAt(this.rowUnits, this.count);
    const active = newPositions(size, this.count);
    let k = 0;
    for (let row = 0; row < rows; row++) {
      const base = row * perRow;
      const before = base - (base % units);
      for (const end = starts[row + 1]!; k < end; k++) active[k] = before + rowUnits[k]!;
    }
    return active;
  }

  #contents(): { readonly address: number }[] {
    return [{ address: this.values }, ...this.slots.values()];
  }

  /** Memory for so many values, whatever stood there before. */
  #reserve(count: number): void {
    const { heap } = this.shared;
    if (this.#capacity >= 0) {
      this.release();
      heap.give(this.rowUnits);
      this.#giveOthers();
    }
    this.allocate(count);
    this.rowUnits = this.#takeWords(count);
    this.#takeOthers(count);
    this.#capacity = count;
  }

  /** Memory for what is made anew after every change. */
  #reserveOthers(count: number): void {
    this.#giveOthers();
    this.reserveGradients(count);
    this.#takeOthers(count);
    this.#capacity = count;
  }

  #giveOthers(): void {
    const { heap } = this.shared;
    for (const at of [this.unitFeatures, this.unitValues, this.permutation]) heap.give(at);
    if (this.geometry.gathering !== undefined) {
      for (const at of [this.gatherDeltas, this.gatherValues, this.gatherPermutation]) heap.give(at);
    }
    if (this.#sumsByUnits) heap.give(this.unitGradients);
  }

  /** The other orders, for whose gradients the stride must be known. */
  #takeOthers(count: number): void {
    this.unitFeatures = this.#takeWords(count);
    this.unitValues = this.#takeWords(count);
    this.permutation = this.#takeWords(count);
    if (this.geometry.gathering !== undefined) {
      this.gatherDeltas = this.#takeWords(count);
      this.gatherValues = this.#takeWords(count);
      this.gatherPermutation = this.#takeWords(count);
    }
    if (this.#sumsByUnits) {
      const bytes = this.stride * this.gradientCount;
      this.unitGradients = this.shared.heap.take(bytes, `the gradients of ${this.name}`);
    }
  }

  #takeWords(count: number): number {
    return this.shared.heap.take(4 * padded(count), `the positions of ${this.name}`);
  }

  /**
   * Moves words to new places; whole vectors, so that padding is 0.
   * @returns the address, another one where they do not fit any more
   */
  #moved(address: number, count: number, merge: (target: number) => void): number {
    const { shared } = this;
    const fits = count <= this.#capacity;
    // Gradients are cleared before they are summed again: until then they are room for what moves.
    const target = fits ? this.gradients : this.#takeWords(count);
    merge(target);
    const words = shared.wordsAt(target, padded(count));
    words.fill(0, count);
    if (!fits) {
      shared.heap.give(address);
      return target;
    }
    shared.wordsAt(address, padded(count)).set(words);
    return address;
  }

  #clearGradients(): void {
    this.shared.wordsAt(this.gradients, (this.stride / 4) * this.gradientCount).fill(0);
  }
}
