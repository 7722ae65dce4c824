import { addToBias } from './bias';
import { dot, sddmm } from './sddmm';
import { featureBytes } from './simd';
import { ADDS, MASKS, RECTIFIES, spmm } from './spmm';

// Words of a linear layer's record, see src/network/records.ts.
const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const UNITS: usize = 20;
const ROWS: usize = 24;
const ROW_STARTS: usize = 28;
const ROW_UNITS: usize = 32;
const UNIT_GRADIENTS: usize = 36;
const GRADIENTS: usize = 40;
const STRIDE: usize = 44;
const UNIT_STARTS: usize = 48;
const UNIT_FEATURES: usize = 52;
const UNIT_VALUES: usize = 56;
const PLACES: usize = 60;
const BIAS: usize = 64;
const BIAS_GRADIENTS: usize = 68;
const BIAS_STRIDE: usize = 72;
const FLAGS: usize = 76;
const RUNS: usize = 80;
const RUN_COUNT: usize = 84;
const IN_STEP: usize = 88;
const PERMUTATION: usize = 92;
const BACK_STARTS: usize = 96;
const BACK_UNITS: usize = 100;
const BACK_VALUES: usize = 104;
const BACK_ROWS: usize = 108;
const BACK_RUNS: usize = 112;
const BACK_RUN_COUNT: usize = 116;
const BACK_STEP: usize = 120;

// A run is a row of neighbouring pixels. Forward: where it begins in x, y and dy, and its pixels.
const RUN: usize = 16;
const RUN_Y: usize = 4;
const RUN_DY: usize = 8;
const RUN_PIXELS: usize = 12;

// Backward: where it begins in dy, in dx, and in x; its pixels; and its first row.
const BACK_RUN: usize = 20;
const BACK_RUN_DX: usize = 4;
const BACK_RUN_X: usize = 8;
const BACK_RUN_PIXELS: usize = 12;
const BACK_RUN_ROW: usize = 16;

const ADDS_DX = 1;
const MASKS_DX = 2;
const RECTIFIES_Y = 4;

// @ts-ignore: decorator
@inline
function at<T>(arena: usize, record: usize, field: usize): usize {
  return arena + <usize>load<u32>(record + field) * featureBytes<T>();
}

/**
 * The first row of a thread's part, where threads share a layer: parts have about as many non-zeros each.
 * @param starts - u32 [rows + 1]
 */
function firstRow(rows: i32, starts: usize, thread: i32, threads: i32): i32 {
  if (thread == threads) return rows;
  const nonZeros: u64 = load<u32>(starts + (<usize>rows << 2));
  const before = <u32>((nonZeros * thread) / threads);
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(starts + (<usize>middle << 2)) < before) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of some equal pieces of work of a thread's part. */
// @ts-ignore: decorator
@inline
function firstPart(count: i32, thread: i32, threads: i32): i32 {
  return <i32>((<i64>count * thread) / threads);
}

/** y = W x + b at every output pixel; a dense layer has one. Of `threads`, this one takes its part. */
export function linear<T>(record: usize, arena: usize, thread: i32, threads: i32): void {
  const bytes = featureBytes<T>();
  const x = at<T>(arena, record, X);
  const y = at<T>(arena, record, Y);
  const units = load<i32>(record, UNITS);
  const starts: usize = load<u32>(record, UNIT_STARTS);
  const runs = load<i32>(record, RUN_COUNT);
  // An image is shared by its rows, and so read once; anything else by units.
  const byRuns = runs > 1;
  const from = byRuns ? 0 : firstRow(units, starts, thread, threads);
  const to = byRuns ? units : firstRow(units, starts, thread + 1, threads);
  const last = byRuns ? firstPart(runs, thread + 1, threads) : runs;
  const mode = load<u32>(record, FLAGS) & RECTIFIES_Y ? RECTIFIES : 0;
  for (let r = byRuns ? firstPart(runs, thread, threads) : 0; r < last; r++) {
    const run = <usize>load<u32>(record, RUNS) + <usize>r * RUN;
    products<T>(
      load<i32>(run, RUN_PIXELS),
      from,
      to,
      starts,
      load<u32>(record, UNIT_FEATURES),
      load<u32>(record, UNIT_VALUES),
      x + <usize>load<u32>(run) * bytes,
      <usize>load<u32>(record, IN_STEP) * bytes,
      y + <usize>load<u32>(run, RUN_Y) * bytes,
      <usize>units * bytes,
      load<u32>(record, BIAS),
      mode,
      0,
    );
  }
}

/** Pixels of a block of eight vectors. */
// @ts-ignore: decorator
@inline
function blockPixels<T>(): i32 {
  return 8 / sizeof<T>();
}

/** A product at the pixels of a run. */
function products<T>(
  pixels: i32,
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  values: usize,
  source: usize,
  sourceStep: usize,
  target: usize,
  targetStep: usize,
  bias: usize,
  mode: i32,
  mask: usize,
): void {
  let left = pixels;
  for (; left >= blockPixels<T>(); left -= blockPixels<T>()) {
    spmm<T, i64>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
    source += <usize>blockPixels<T>() * sourceStep;
    target += <usize>blockPixels<T>() * targetStep;
    mask += <usize>blockPixels<T>() * targetStep;
  }
  if (sizeof<T>() == 1 && left >= 4) {
    spmm<T, i32>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
    source += 4 * sourceStep;
    target += 4 * targetStep;
    mask += 4 * targetStep;
    left -= 4;
  }
  if (sizeof<T>() == 8) return;
  for (; left > 0; left--) {
    spmm<T, T>(from, to, starts, indices, values, source, sourceStep, target, targetStep, bias, mode, mask);
    source += sourceStep;
    target += targetStep;
    mask += targetStep;
  }
}

/**
 * Adds to the gradients by bias and weights, and gives the gradient by the input where it is asked for. One thread goes
 * through a large image once, row by row, for all of them: the rows around are in cache then.
 * @param copy - which of the gradients is added to
 * @param thread - of `threads`, which share the layer
 */
export function linearBack<T>(record: usize, arena: usize, copy: i32, thread: i32, threads: i32): void {
  const byUnits = load<u32>(record, UNIT_GRADIENTS) != 0;
  const rows = load<i32>(record + (byUnits ? UNITS : ROWS));
  const starts: usize = load<u32>(record + (byUnits ? UNIT_STARTS : ROW_STARTS));
  const from = firstRow(rows, starts, thread, threads);
  const to = firstRow(rows, starts, thread + 1, threads);
  const offset = <usize>copy * load<u32>(record, STRIDE);
  if (byUnits) clearSums(record, offset, from, to);
  const sumsBias = load<u32>(record, BIAS) && thread == threads - 1;
  const givesDx = load<i32>(record, DX) >= 0;
  const runs = load<i32>(record, RUN_COUNT);
  const backRuns = load<i32>(record, BACK_RUN_COUNT);
  for (let r = 0; r < runs; r++) {
    const run = <usize>load<u32>(record, RUNS) + <usize>r * RUN;
    if (sumsBias) biasBack<T>(record, arena, copy, run);
    if (byUnits) weightsBackByUnits<T>(record, arena, offset, from, to, run);
    else weightsBack<T>(record, arena, offset, from, to, run);
    if (givesDx && threads == 1) {
      inputsBack<T>(record, arena, firstPart(backRuns, r, runs), firstPart(backRuns, r + 1, runs), 0, 1);
    }
  }
  if (byUnits) addSums(record, offset, from, to);
  if (!givesDx || threads == 1) return;
  if (backRuns == 1) inputsBack<T>(record, arena, 0, 1, thread, threads);
  else inputsBack<T>(record, arena, firstPart(backRuns, thread, threads), firstPart(backRuns, thread + 1, threads), 0, 1);
}

/** Sums of every unit's deltas over the pixels of a run and lanes. */
function biasBack<T>(record: usize, arena: usize, copy: i32, run: usize): void {
  const units = load<i32>(record, UNITS);
  const step = <usize>units * featureBytes<T>();
  const gradients = <usize>load<u32>(record, BIAS_GRADIENTS) + <usize>copy * load<u32>(record, BIAS_STRIDE);
  let dy = at<T>(arena, record, DY) + <usize>load<u32>(run, RUN_DY) * featureBytes<T>();
  let left = load<i32>(run, RUN_PIXELS);
  for (; left >= blockPixels<T>(); left -= blockPixels<T>()) {
    addToBias<T, i64>(units, gradients, dy, step);
    dy += <usize>blockPixels<T>() * step;
  }
  for (; left > 0; left--) {
    addToBias<T, T>(units, gradients, dy, step);
    dy += step;
  }
}

/** The gradient by the weights in the order of positions, where each input meets many units. */
function weightsBack<T>(record: usize, arena: usize, offset: usize, from: i32, to: i32, run: usize): void {
  const bytes = featureBytes<T>();
  sampledProducts<T>(
    load<i32>(run, RUN_PIXELS),
    from,
    to,
    load<u32>(record, ROW_STARTS),
    load<u32>(record, ROW_UNITS),
    <usize>load<u32>(record, GRADIENTS) + offset,
    at<T>(arena, record, X) + <usize>load<u32>(run) * bytes,
    <usize>load<u32>(record, IN_STEP) * bytes,
    at<T>(arena, record, DY) + <usize>load<u32>(run, RUN_DY) * bytes,
    <usize>load<u32>(record, UNITS) * bytes,
    load<u32>(record, PLACES),
  );
}

/**
 * The gradient by the weights unit by unit, summed up apart. A window has more inputs than there are units, so that more
 * weights share a unit's deltas than share an input.
 */
function weightsBackByUnits<T>(record: usize, arena: usize, offset: usize, from: i32, to: i32, run: usize): void {
  const bytes = featureBytes<T>();
  sampledProducts<T>(
    load<i32>(run, RUN_PIXELS),
    from,
    to,
    load<u32>(record, UNIT_STARTS),
    load<u32>(record, UNIT_FEATURES),
    <usize>load<u32>(record, UNIT_GRADIENTS) + offset,
    at<T>(arena, record, DY) + <usize>load<u32>(run, RUN_DY) * bytes,
    <usize>load<u32>(record, UNITS) * bytes,
    at<T>(arena, record, X) + <usize>load<u32>(run) * bytes,
    <usize>load<u32>(record, IN_STEP) * bytes,
    0,
  );
}

/** Empties the sums of some units. */
function clearSums(record: usize, offset: usize, from: i32, to: i32): void {
  const starts: usize = load<u32>(record, UNIT_STARTS);
  const begin = load<u32>(starts + (<usize>from << 2));
  const end = load<u32>(starts + (<usize>to << 2));
  memory.fill(<usize>load<u32>(record, UNIT_GRADIENTS) + offset + (<usize>begin << 2), 0, <usize>(end - begin) << 2);
}

/** Adds the sums of some units to the gradients, which are in the order of positions. */
function addSums(record: usize, offset: usize, from: i32, to: i32): void {
  const starts: usize = load<u32>(record, UNIT_STARTS);
  const begin = load<u32>(starts + (<usize>from << 2));
  const end = load<u32>(starts + (<usize>to << 2));
  const sums = <usize>load<u32>(record, UNIT_GRADIENTS) + offset;
  const gradients = <usize>load<u32>(record, GRADIENTS) + offset;
  const permutation: usize = load<u32>(record, PERMUTATION);
  const count: usize = load<u32>(starts + (<usize>load<u32>(record, UNITS) << 2));
  for (let k: usize = 0; k < count; k++) {
    const place = load<u32>(permutation + (k << 2));
    if (place < begin || place >= end) continue;
    const g = gradients + (k << 2);
    store<f32>(g, load<f32>(g) + load<f32>(sums + (<usize>place << 2)));
  }
}

/** A sampled product, summed over the pixels of a run. */
function sampledProducts<T>(
  pixels: i32,
  from: i32,
  to: i32,
  starts: usize,
  indices: usize,
  gradient: usize,
  left: usize,
  leftStep: usize,
  right: usize,
  rightStep: usize,
  places: usize,
): void {
  let rest = pixels;
  for (; rest >= blockPixels<T>(); rest -= blockPixels<T>()) {
    sddmm<T, i64>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
    left += <usize>blockPixels<T>() * leftStep;
    right += <usize>blockPixels<T>() * rightStep;
  }
  if (sizeof<T>() == 1 && rest >= 4) {
    sddmm<T, i32>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
    left += 4 * leftStep;
    right += 4 * rightStep;
    rest -= 4;
  }
  if (sizeof<T>() == 8) return;
  for (; rest > 0; rest--) {
    sddmm<T, T>(from, to, starts, indices, gradient, left, leftStep, right, rightStep, places);
    left += leftStep;
    right += rightStep;
  }
}

/**
 * The gradient by the input at some runs of it: every pixel gathers from the deltas of the windows that it lies in.
 * @param thread - of `threads`, which share the rows
 */
function inputsBack<T>(record: usize, arena: usize, first: i32, last: i32, thread: i32, threads: i32): void {
  const bytes = featureBytes<T>();
  const rows = load<i32>(record, BACK_ROWS);
  const starts: usize = load<u32>(record, BACK_STARTS);
  const from = firstRow(rows, starts, thread, threads);
  const to = firstRow(rows, starts, thread + 1, threads);
  const flags = load<u32>(record, FLAGS);
  const mode = (flags & ADDS_DX ? ADDS : 0) | (flags & MASKS_DX ? MASKS : 0);
  for (let r = first; r < last; r++) {
    const run = <usize>load<u32>(record, BACK_RUNS) + <usize>r * BACK_RUN;
    products<T>(
      load<i32>(run, BACK_RUN_PIXELS),
      from,
      to,
      starts + (<usize>load<u32>(run, BACK_RUN_ROW) << 2),
      load<u32>(record, BACK_UNITS),
      load<u32>(record, BACK_VALUES),
      at<T>(arena, record, DY) + <usize>load<u32>(run) * bytes,
      <usize>load<u32>(record, UNITS) * bytes,
      at<T>(arena, record, DX) + <usize>load<u32>(run, BACK_RUN_DX) * bytes,
      <usize>load<u32>(record, BACK_STEP) * bytes,
      0,
      mode,
      at<T>(arena, record, X) + <usize>load<u32>(run, BACK_RUN_X) * bytes,
    );
  }
}

/** out[k] += x[features[k]] . dy[units[k]] for one tile and pixel: the gradient at some positions. */
export function sampled<T>(
  from: i32,
  to: i32,
  features: usize,
  units: usize,
  out: usize,
  x: usize,
  dy: usize,
): void {
  for (let k = from; k < to; k++) {
    const i = <usize>k << 2;
    const left = x + <usize>load<u32>(features + i) * featureBytes<T>();
    const right = dy + <usize>load<u32>(units + i) * featureBytes<T>();
    store<f32>(out + i, load<f32>(out + i) + dot<T, T>(left, 0, right, 0));
  }
}
