/** A kernel's values in the order of positions, that is by rows, and where they go in the order of units. */
export interface Orders {
  readonly rows: number;
  readonly units: number;
  /** Feature that each row stands for; undefined where it is the row's number. */
  readonly places: Uint32Array | undefined;
  /** [rows + 1] */
  readonly rowStarts: Uint32Array;
  /** By rows: ascending units within each row. */
  readonly rowUnits: Uint32Array;
  /** By rows. */
  readonly values: Float32Array;
  /** [units + 1]; written. */
  readonly unitStarts: Uint32Array;
  /** By units: features; written. */
  readonly unitFeatures: Uint32Array;
  /** By units: values; written. */
  readonly unitValues: Float32Array;
  /** By rows: where each value stands by units; written. */
  readonly permutation: Uint32Array;
}

/** Makes the order by units from that by rows, by counting. */
export function orderByUnits(orders: Orders): void {
  const { rows, units, places, rowStarts, rowUnits, values } = orders;
  const { unitStarts, unitFeatures, unitValues, permutation } = orders;
  unitStarts.fill(0);
  for (let k = 0; k < rowUnits.length; k++) unitStarts[rowUnits[k]! + 1]!++;
  for (let unit = 0; unit < units; unit++) unitStarts[unit + 1]! += unitStarts[unit]!;
  const next = unitStarts.slice(0, units);
  for (let row = 0; row < rows; row++) {
    for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k++) {
      const place = next[rowUnits[k]!]!++;
      unitFeatures[place] = places === undefined ? row : places[row]!;
      unitValues[place] = values[k]!;
      permutation[k] = place;
    }
  }
}
