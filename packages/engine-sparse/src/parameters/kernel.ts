import type { ShapedParameter } from '@espalier/architectures';
import type { LayerDescription, Positions } from '@espalier/core';
import type { SharedMemory } from '../memory/shared-memory.js';
import type { Geometry } from './geometry.js';
import { Parameter, padded } from './parameter.js';

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
  #active: Positions = new Uint32Array(0);
  #capacity = -1;

  constructor(
    shaped: ShapedParameter,
    geometry: Geometry,
    slotNames: readonly string[],
    shared: SharedMemory,
    threads: number,
  ) {
    super(shaped, slotNames, shared, threads);
    this.layer = shaped.layer as LayerDescription;
    this.geometry = geometry;
    const { rows, units, places } = geometry;
    this.rowStarts = shared.heap.take(4 * (rows + 1), `the rows of ${this.name}`);
    this.unitStarts = shared.heap.take(4 * (units + 1), `the units of ${this.name}`);
    this.places = places === undefined ? 0 : shared.store(places, `the rows of ${this.name}`);
  }

  get active(): Positions {
    return this.#active;
  }

  get count(): number {
    return this.#active.length;
  }

  get copy() {
    return { permutation: this.permutation, values: this.unitValues };
  }

  /** The values in the order of positions; whoever writes calls {@link refresh}. */
  get weights(): Float32Array {
    return this.shared.floatsAt(this.values, this.count);
  }

  /**
   * Changes the topology. Weights and slots that stay keep their values, new ones are 0.
   * @param active - ascending, below the size; taken over
   */
  reshape(active: Positions): void {
    const before = this.#active;
    const contents = this.#contents();
    const moved = sourcesOf(active, before);
    if (active.length > this.#capacity) {
      const kept = contents.map(({ address }) => this.shared.wordsAt(address, before.length).slice());
      this.#resize(active.length);
      this.#active = active;
      this.#contents().forEach(({ address }, i) => {
        this.#move(address, kept[i]!, moved);
      });
    } else {
      const old = new Uint32Array(before.length);
      this.#active = active;
      for (const { address } of contents) {
        old.set(this.shared.wordsAt(address, before.length));
        this.#move(address, old, moved);
      }
    }
    this.#index();
  }

  /** Brings the copy by units up to date. */
  refresh(): void {
    const { weights } = this;
    const permutation = this.shared.wordsAt(this.permutation, this.count);
    const copy = this.shared.floatsAt(this.unitValues, this.count);
    for (let k = 0; k < weights.length; k++) copy[permutation[k]!] = weights[k]!;
  }

  #contents(): { readonly address: number }[] {
    if (this.#capacity < 0) return [];
    return [{ address: this.values }, ...this.slots.values()];
  }

  #resize(count: number): void {
    const { heap } = this.shared;
    if (this.#capacity >= 0) {
      this.release();
      for (const at of [this.rowUnits, this.unitFeatures, this.unitValues, this.permutation]) heap.give(at);
    }
    this.allocate(count);
    const bytes = 4 * padded(count);
    const take = () => heap.take(bytes, `the positions of ${this.name}`);
    this.rowUnits = take();
    this.unitFeatures = take();
    this.unitValues = take();
    this.permutation = take();
    this.#capacity = count;
  }

  /** Writes what was kept to its new places; whole vectors, so that padding is 0. */
  #move(address: number, kept: Uint32Array, sources: Int32Array): void {
    const target = this.shared.wordsAt(address, padded(sources.length));
    for (let k = 0; k < sources.length; k++) target[k] = sources[k]! < 0 ? 0 : kept[sources[k]!]!;
    target.fill(0, sources.length);
  }

  /** Both orders, by counting: O(count + rows + units). */
  #index(): void {
    const { rows, units, perRow, places } = this.geometry;
    const active = this.#active;
    const rowStarts = this.shared.wordsAt(this.rowStarts, rows + 1).fill(0);
    const unitStarts = this.shared.wordsAt(this.unitStarts, units + 1).fill(0);
    const rowUnits = this.shared.wordsAt(this.rowUnits, active.length);
    for (let k = 0; k < active.length; k++) {
      const position = active[k]!;
      const unit = position % units;
      rowUnits[k] = unit;
      rowStarts[Math.floor(position / perRow) + 1]!++;
      unitStarts[unit + 1]!++;
    }
    for (let row = 0; row < rows; row++) rowStarts[row + 1]! += rowStarts[row]!;
    for (let unit = 0; unit < units; unit++) unitStarts[unit + 1]! += unitStarts[unit]!;
    const next = unitStarts.slice();
    const features = this.shared.wordsAt(this.unitFeatures, active.length);
    const permutation = this.shared.wordsAt(this.permutation, active.length);
    for (let row = 0; row < rows; row++) {
      const feature = places === undefined ? row : places[row]!;
      for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k++) {
        const place = next[rowUnits[k]!]!++;
        features[place] = feature;
        permutation[k] = place;
      }
    }
    const gradients = this.shared.wordsAt(this.gradients, (this.stride / 4) * this.threads);
    gradients.fill(0);
    this.refresh();
  }
}

/** For each position its index among the old ones, or -1. */
function sourcesOf(active: Positions, before: Positions): Int32Array {
  const sources = new Int32Array(active.length);
  let b = 0;
  for (let k = 0; k < active.length; k++) {
    const position = active[k]!;
    while (b < before.length && before[b]! < position) b++;
    sources[k] = b < before.length && before[b] === position ? b : -1;
  }
  return sources;
}
