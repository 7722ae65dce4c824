// What a change of topology does to a kernel's arrays. The main thread calls these one by one, while no command runs.

/** Stands for a position that is not active; src/parameters/rewiring.ts has the same number. */
const NOT_ACTIVE: u32 = 0xffffffff;

/**
 * Looks for positions among the active ones.
 * @param positions - f64 [count]
 * @param after - what the first of them must exceed
 * @param size - what all of them must be below
 * @param starts - u32 [rows + 1]
 * @param rowUnits - units of the active positions, ascending in each row
 * @param found - u32 [count], receives where each stands, {@link NOT_ACTIVE} for those that do not
 * @returns how many are active; -1 where positions do not ascend within their bounds
 */
export function locate(
  count: i32,
  positions: usize,
  after: f64,
  size: f64,
  perRow: f64,
  units: f64,
  starts: usize,
  rowUnits: usize,
  found: usize,
): i32 {
  let active = 0;
  for (let i = 0; i < count; i++) {
    const position = load<f64>(positions + (<usize>i << 3));
    if (!(position > after && position < size)) return -1;
    after = position;
    const row = <usize>Math.floor(position / perRow) << 2;
    const unit = unitOf(position, units);
    const end = load<u32>(starts + row, 4);
    const at = lowerBound(rowUnits, unit, load<u32>(starts + row), end);
    const present = at < end && load<u32>(rowUnits + (<usize>at << 2)) == unit;
    store<u32>(found + (<usize>i << 2), present ? at : NOT_ACTIVE);
    if (present) active++;
  }
  return active;
}

/**
 * Writes the row and the unit of positions.
 * @param positions - f64 [count]
 */
export function divide(
  count: i32,
  positions: usize,
  perRow: f64,
  units: f64,
  rows: usize,
  unitsOf: usize,
): void {
  for (let i = 0; i < count; i++) {
    const position = load<f64>(positions + (<usize>i << 3));
    store<u32>(rows + (<usize>i << 2), <u32>Math.floor(position / perRow));
    store<u32>(unitsOf + (<usize>i << 2), unitOf(position, units));
  }
}

/**
 * Merges the units of rows.
 * @param starts - u32 [rows + 1]; becomes that of the changed topology
 * @param source - units before the change
 * @param target - receives those after it
 * @param prunedAt - u32 [pruned]: ascending indices of what leaves
 * @param grownAt - u32 [grown]: ascending rows of what comes; receives where it then stands
 * @param grownUnits - u32 [grown]: its units, ascending in each row and not there yet
 */
export function mergeRows(
  rows: i32,
  starts: usize,
  source: usize,
  target: usize,
  pruned: i32,
  prunedAt: usize,
  grown: i32,
  grownAt: usize,
  grownUnits: usize,
): void {
  const prunedEnd = prunedAt + (<usize>pruned << 2);
  const grownEnd = grownAt + (<usize>grown << 2);
  let leaves = next(prunedAt, prunedEnd);
  let old: usize = 0;
  let count: usize = 0;
  for (let row = 0; row < rows; row++) {
    const start = starts + (<usize>row << 2);
    const end = load<u32>(start, 4);
    store<u32>(start, <u32>count);
    for (;;) {
      const comes = grownAt < grownEnd && load<u32>(grownAt) == row;
      const unit: u32 = comes ? load<u32>(grownUnits) : NOT_ACTIVE;
      for (; old < end; old++) {
        const known = load<u32>(source + (old << 2));
        if (known >= unit) break;
        if (old == leaves) {
          prunedAt += 4;
          leaves = next(prunedAt, prunedEnd);
        } else store<u32>(target + (count++ << 2), known);
      }
      if (!comes) break;
      store<u32>(grownAt, <u32>count);
      store<u32>(target + (count++ << 2), unit);
      grownAt += 4;
      grownUnits += 4;
    }
  }
  store<u32>(starts + (<usize>rows << 2), <u32>count);
}

/**
 * Moves values along: those that stay keep theirs.
 * @param source - before the change
 * @param target - [count] after it
 * @param prunedAt - see {@link mergeRows}
 * @param grownAt - u32 [grown]: where new ones stand
 * @param values - of the new ones; 0 where they are 0
 */
export function mergeValues(
  count: i32,
  source: usize,
  target: usize,
  pruned: i32,
  prunedAt: usize,
  grown: i32,
  grownAt: usize,
  values: usize,
): void {
  const prunedEnd = prunedAt + (<usize>pruned << 2);
  const grownEnd = grownAt + (<usize>grown << 2);
  let leaves = next(prunedAt, prunedEnd);
  let comes = next(grownAt, grownEnd);
  let old: usize = 0;
  for (let k = 0; k < count; k++) {
    let value: u32 = 0;
    if (k == comes) {
      if (values) {
        value = load<u32>(values);
        values += 4;
      }
      grownAt += 4;
      comes = next(grownAt, grownEnd);
    } else {
      while (old == leaves) {
        old++;
        prunedAt += 4;
        leaves = next(prunedAt, prunedEnd);
      }
      value = load<u32>(source + (old++ << 2));
    }
    store<u32>(target + (<usize>k << 2), value);
  }
}

/**
 * Makes the order by units from that by rows, by counting: O(values + rows + units).
 *
 * @param places - u32 [rows]: the feature that each row stands for; 0 where it is the row's number
 * @param rowStarts - u32 [rows + 1]
 * @param rowUnits - by rows: ascending units within each row
 * @param values - by rows
 * @param unitStarts - u32 [units + 1]; written
 * @param unitFeatures - by units: features; written
 * @param unitValues - by units: values; written
 * @param permutation - by rows: where each value stands by units; written
 * @param blocks - units are taken in so many blocks
 * @param reached - room for u32 [rows] where there is more than one block
 */
export function orderByUnits(
  rows: i32,
  units: i32,
  places: usize,
  rowStarts: usize,
  rowUnits: usize,
  values: usize,
  unitStarts: usize,
  unitFeatures: usize,
  unitValues: usize,
  permutation: usize,
  blocks: i32,
  reached: usize,
): void {
  memory.fill(unitStarts, 0, (<usize>units + 1) << 2);
  const count = load<u32>(rowStarts + (<usize>rows << 2));
  for (let k: u32 = 0; k < count; k++) {
    const start = unitStarts + (<usize>load<u32>(rowUnits + (<usize>k << 2)) << 2);
    store<u32>(start, load<u32>(start, 4) + 1, 4);
  }
  // From here on the start of the next unit says where a unit's next value goes: in the end it is that start.
  let sum: u32 = 0;
  for (let unit = 0; unit < units; unit++) {
    const start = unitStarts + (<usize>unit << 2);
    const own = load<u32>(start, 4);
    store<u32>(start, sum, 4);
    sum += own;
  }
  // Units ascend within a row: each block goes on in every row where the one before ended.
  if (blocks > 1) memory.copy(reached, rowStarts, <usize>rows << 2);
  for (let block = 1; block <= blocks; block++) {
    const end = block < blocks ? <u32>((<i64>units * block) / blocks) : <u32>units;
    for (let row = 0; row < rows; row++) {
      const at = <usize>row << 2;
      const feature: u32 = places ? load<u32>(places + at) : row;
      const last = load<u32>(rowStarts + at, 4);
      let k = load<u32>((blocks > 1 ? reached : rowStarts) + at);
      for (; k < last; k++) {
        const unit = load<u32>(rowUnits + (<usize>k << 2));
        if (unit >= end) break;
        const next = unitStarts + (<usize>unit << 2);
        const place = load<u32>(next, 4);
        store<u32>(next, place + 1, 4);
        store<u32>(unitFeatures + (<usize>place << 2), feature);
        store<u32>(unitValues + (<usize>place << 2), load<u32>(values + (<usize>k << 2)));
        store<u32>(permutation + (<usize>k << 2), place);
      }
      if (blocks > 1) store<u32>(reached + at, k);
    }
  }
}

/** The index at a place of a list; none where the list ends. */
// @ts-ignore: decorator
@inline
function next(at: usize, end: usize): u32 {
  return at < end ? load<u32>(at) : NOT_ACTIVE;
}

// @ts-ignore: decorator
@inline
function unitOf(position: f64, units: f64): u32 {
  return <u32>(position - Math.floor(position / units) * units);
}

function lowerBound(values: usize, bound: u32, low: u32, high: u32): u32 {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(values + (<usize>middle << 2)) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
