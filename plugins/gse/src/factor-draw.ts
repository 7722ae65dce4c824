import type { Factors, LayerShape, RandomStream } from '@espalier/core';

/** Draws positions as pairs of an input (at a kernel offset) and a unit, each in proportion to its factor. */
export class FactorDraw {
  readonly #layer: LayerShape;
  /** Inputs that each unit sees. */
  readonly #seen: number;
  readonly #unitsPerGroup: number;
  readonly #units: Float64Array;
  /** Per group: sums up to each of its rows. */
  readonly #rows: readonly Float64Array[];

  /** @param factors - without them every pair is as likely */
  constructor(layer: LayerShape, factors?: Factors) {
    const { groups, inputs, units, kind } = layer;
    this.#layer = layer;
    this.#seen = kind === 'depthwise' ? 1 : inputs / groups;
    this.#unitsPerGroup = units / groups;
    this.#units = cumulate(units, (unit) => factors?.units[unit] ?? 1);
    const rows = layer.size / units;
    this.#rows = Array.from({ length: groups }, (_, group) =>
      cumulate(rows, (row) => {
        const input = group * this.#seen + (row % this.#seen);
        return factors?.rows[Math.floor(row / this.#seen) * inputs + input] ?? 1;
      }),
    );
  }

  /** The next position; active ones come, too. */
  next(random: RandomStream): number {
    const { kind, units } = this.#layer;
    const unit = drawFrom(this.#units, random);
    const row = drawFrom(this.#rows[Math.floor(unit / this.#unitsPerGroup)]!, random);
    if (kind !== 'transposed') return row * units + unit;
    return (Math.floor(row / this.#seen) * units + unit) * this.#seen + (row % this.#seen);
  }
}

/** Sums up to each entry. Where all are 0, nothing tells them apart: then they are alike. */
function cumulate(length: number, value: (i: number) => number): Float64Array {
  const sums = new Float64Array(length);
  let total = 0;
  for (let i = 0; i < length; i++) {
    total += value(i);
    sums[i] = total;
  }
  return total > 0 ? sums : cumulate(length, () => 1);
}

/** The first entry whose sum exceeds a number drawn below the total. */
function drawFrom(sums: Float64Array, random: RandomStream): number {
  const ticket = random.uniform() * sums[sums.length - 1]!;
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > ticket) high = middle;
    else low = middle + 1;
  }
  return low;
}
