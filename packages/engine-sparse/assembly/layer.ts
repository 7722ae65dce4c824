import { dot, sddmm } from './sddmm';
import { featureBytes } from './simd';
import { maskPositive } from './elementwise';
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
const VALUES: usize = 36;
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
const PIXELS: usize = 80;
const IN_PIXELS: usize = 84;
const OUT_PIXELS: usize = 88;
const DX_FEATURES: usize = 92;

const ADDS_DX = 1;
const MASKS_DX = 2;
const RECTIFIES_Y = 4;

// @ts-ignore: decorator
@inline
function at<T>(arena: usize, record: usize, field: usize): usize {
  return arena + <usize>load<u32>(record + field) * featureBytes<T>();
}

// @ts-ignore: decorator
@inline
function pixel<T>(record: usize, field: usize, p: i32): usize {
  return <usize>load<u32>(<usize>load<u32>(record + field) + (<usize>p << 2)) * featureBytes<T>();
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

/** y = W x + b at every output pixel; a dense layer has one. Of `threads`, this one takes its part of the units. */
export function linear<T>(record: usize, arena: usize, thread: i32, threads: i32): void {
  const x = at<T>(arena, record, X);
  const y = at<T>(arena, record, Y);
  const units = load<i32>(record, UNITS);
  const starts: usize = load<u32>(record, UNIT_STARTS);
  const from = firstRow(units, starts, thread, threads);
  const to = firstRow(units, starts, thread + 1, threads);
  const mode = load<u32>(record, FLAGS) & RECTIFIES_Y ? RECTIFIES : 0;
  for (let p = 0; p < load<i32>(record, PIXELS); p++) {
    spmm<T>(
      from,
      to,
      starts,
      load<u32>(record, UNIT_FEATURES),
      load<u32>(record, UNIT_VALUES),
      x + pixel<T>(record, IN_PIXELS, p),
      y + pixel<T>(record, OUT_PIXELS, p),
      load<u32>(record, BIAS),
      0,
      mode,
      0,
    );
  }
}

/**
 * Adds to the gradients by bias and weights, and gives the gradient by the input where it is asked for.
 * @param copy - which of the gradients is added to
 * @param thread - of `threads`, which share the layer
 */
export function linearBack<T>(record: usize, arena: usize, copy: i32, thread: i32, threads: i32): void {
  const units = load<i32>(record, UNITS);
  const rows = load<i32>(record, ROWS);
  const starts: usize = load<u32>(record, ROW_STARTS);
  const from = firstRow(rows, starts, thread, threads);
  const to = firstRow(rows, starts, thread + 1, threads);
  const pixels = load<i32>(record, PIXELS);
  const places: usize = load<u32>(record, PLACES);
  const x = at<T>(arena, record, X);
  const dy = at<T>(arena, record, DY);
  const gradients = <usize>load<u32>(record, GRADIENTS) + <usize>copy * load<u32>(record, STRIDE);
  if (load<u32>(record, BIAS) && thread == threads - 1) {
    const own = <usize>load<u32>(record, BIAS_GRADIENTS) + <usize>copy * load<u32>(record, BIAS_STRIDE);
    for (let p = 0; p < pixels; p++) biasBack<T>(units, own, dy + pixel<T>(record, OUT_PIXELS, p));
  }
  for (let p = 0; p < pixels; p++) {
    sddmm<T>(
      from,
      to,
      starts,
      load<u32>(record, ROW_UNITS),
      gradients,
      x + pixel<T>(record, IN_PIXELS, p),
      dy + pixel<T>(record, OUT_PIXELS, p),
      places,
    );
  }
  if (load<i32>(record, DX) < 0) return;
  const dx = at<T>(arena, record, DX);
  const flags = load<u32>(record, FLAGS);
  const bytes = <usize>load<u32>(record, DX_FEATURES) * featureBytes<T>();
  // Windows overlap and may leave inputs out: then the sums begin with what stands there.
  const overlaps = pixels > 1 || places != 0;
  // What overlaps is one thread's.
  if (overlaps && thread > 0) return;
  if (overlaps && !(flags & ADDS_DX)) memory.fill(dx, 0, bytes);
  let mode = overlaps || flags & ADDS_DX ? ADDS : 0;
  if (flags & MASKS_DX && !overlaps) mode |= MASKS;
  for (let p = 0; p < pixels; p++) {
    spmm<T>(
      overlaps ? 0 : from,
      overlaps ? rows : to,
      starts,
      load<u32>(record, ROW_UNITS),
      load<u32>(record, VALUES),
      dy + pixel<T>(record, OUT_PIXELS, p),
      dx + pixel<T>(record, IN_PIXELS, p),
      0,
      places,
      mode,
      x,
    );
  }
  if (flags & MASKS_DX && overlaps) maskPositive(bytes, x, dx);
}

/** Sums of every unit's deltas over the lanes. */
function biasBack<T>(units: i32, gradients: usize, dy: usize): void {
  for (let o = 0; o < units; o++) {
    const d = dy + <usize>o * featureBytes<T>();
    let s = f32x4.add(v128.load(d), v128.load(d, 16));
    if (sizeof<T>() >= 2) s = f32x4.add(s, f32x4.add(v128.load(d, 32), v128.load(d, 48)));
    if (sizeof<T>() == 4) {
      s = f32x4.add(s, f32x4.add(f32x4.add(v128.load(d, 64), v128.load(d, 80)), f32x4.add(v128.load(d, 96), v128.load(d, 112))));
    }
    const pairs = f32x4.add(s, v128.shuffle<f32>(s, s, 2, 3, 0, 1));
    const g = gradients + (<usize>o << 2);
    store<f32>(g, load<f32>(g) + f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
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
    store<f32>(out + i, load<f32>(out + i) + dot<T>(left, right));
  }
}
