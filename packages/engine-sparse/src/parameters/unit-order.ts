// Values by units are written to as many places as there are units. Where they are more than a cache holds, units are
// taken in blocks of about so many values.
const BLOCK = 2 ** 20;

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

/** Makes the order by units from that by rows, by counting: O(values + rows + units). */
export function orderByUnits(orders: Orders): void {
  const { rows, units, places, rowStarts, rowUnits, values } = orders;
  const { unitStarts, unitFeatures, unitValues, permutation } = orders;
  const count = rowUnits.length;
  unitStarts.fill(0);
  for (let k = 0; k < count; k++) unitStarts[rowUnits[k]! + 1]!++;
  for (let unit = 0; unit < units; unit++) unitStarts[unit + 1]! += unitStarts[unit]!;
  const next = unitStarts.slice(0, units);
  // Units ascend within a row: each block goes on in every row where the one before ended.
  const reached = rowStarts.slice(0, rows);
  const blocks = Math.max(1, Math.ceil(count / BLOCK));
  for (let block = 1; block <= blocks; block++) {
    const end = Math.ceil((units * block) / blocks);
    for (let row = 0; row < rows; row++) {
      const feature = places === undefined ? row : places[row]!;
      const last = rowStarts[row + 1]!;
      let k = reached[row]!;
      for (; k < last && rowUnits[k]! < end; k++) {
        const place = next[rowUnits[k]!]!++;
        unitFeatures[place] = feature;
        unitValues[place] = values[k]!;
        permutation[k] = place;
      }
      reached[row] = k;
    }
  }
}
