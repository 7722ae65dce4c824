import { ARENA_FEATURES, ARENAS, EXAMPLES, THREADS, TILES, word } from './control';
import { barrier } from './barrier';
import { addDeltas, addDeviations, bandOf, shift, shiftBack } from './channel';
import { featureBytes, lanesOf, sumOf } from './simd';

// Words of a record, see src/network/records.ts.
const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const FEATURES: usize = 20;
const CHANNELS: usize = 24;
/**
 * f64 [4][threads][channels]: of each thread's values the mean and the sum of squared deviations from it; the sums of
 * its deltas and of deltas x normal values.
 */
const SUMS: usize = 28;
/** f32 [threads][4][channels]: mean, scale, mean delta, scaled mean of delta x normal value; of its own. */
const STATISTICS: usize = 32;
const GAMMA: usize = 36;
const BETA: usize = 40;
const GAMMA_GRADIENTS: usize = 44;
const BETA_GRADIENTS: usize = 48;
const STRIDE: usize = 52;
const MOVING_MEAN: usize = 56;
const MOVING_VARIANCE: usize = 60;
/** f32 [2][channels]: mean and variance of the batch, for whoever moves the moving ones. */
const OF_BATCH: usize = 64;
const EPSILON: usize = 68;
const FLAGS: usize = 76;

const ADDS_DX = 1;
const RECTIFIES_Y = 4;

/** Pixels between those that the first guess at a mean is made of. */
const SAMPLED: i32 = 8;

/** With moving statistics, one tile. */
export function normalise<T>(record: usize, arena: usize): void {
  const channels = load<i32>(record, CHANNELS);
  const pixels = load<i32>(record, FEATURES) / channels;
  const step = <usize>channels * featureBytes<T>();
  const x = arena + <usize>load<u32>(record, X) * featureBytes<T>();
  const y = arena + <usize>load<u32>(record, Y) * featureBytes<T>();
  const rectifies = (load<u32>(record, FLAGS) & RECTIFIES_Y) != 0;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const from = <usize>c * featureBytes<T>();
    const mean = load<f32>(<usize>load<u32>(record, MOVING_MEAN) + at);
    const slope = gammaOf(record, c) * scaleOf(record, <f64>load<f32>(<usize>load<u32>(record, MOVING_VARIANCE) + at));
    shift<T>(x + from, y + from, step, pixels, mean, slope, betaOf(record, c), rectifies);
  }
}

/** With the statistics of the whole batch: all threads meet once. */
export function normaliseBatch<T>(record: usize, thread: i32): void {
  const channels = load<i32>(record, CHANNELS);
  const pixels = load<i32>(record, FEATURES) / channels;
  const step = <usize>channels * featureBytes<T>();
  const mean = own(record, thread);
  const scale = mean + (<usize>channels << 2);
  const ofBatch: usize = load<u32>(record, OF_BATCH);

  sumUp<T>(record, thread);
  barrier();
  const values = <f64>word(EXAMPLES) * <f64>pixels;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const middle = valueSum<T>(record, c, pixels) / values;
    const variance = squareSum<T>(record, c, pixels, middle) / values;
    store<f32>(mean + at, <f32>middle);
    store<f32>(scale + at, scaleOf(record, variance));
    if (thread == 0) {
      store<f32>(ofBatch + at, <f32>middle);
      store<f32>(ofBatch + (<usize>channels << 2) + at, <f32>variance);
    }
  }

  const rectifies = (load<u32>(record, FLAGS) & RECTIFIES_Y) != 0;
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const y = tileAt<T>(record, tile, Y);
    for (let first = 0; first < pixels; first += bandOf<T>()) {
      const count = min(bandOf<T>(), pixels - first);
      for (let c = 0; c < channels; c++) {
        const at = <usize>c << 2;
        const from = <usize>(first * channels + c) * featureBytes<T>();
        const slope = gammaOf(record, c) * load<f32>(scale + at);
        shift<T>(x + from, y + from, step, count, load<f32>(mean + at), slope, betaOf(record, c), rectifies);
      }
    }
  }
}

/**
 * Mean and squared deviations of a thread's values, in one pass: deviations are from what some of its values have as
 * their mean. That is off by a few standard deviations at most, so that little is lost where it is made up for.
 */
function sumUp<T>(record: usize, thread: i32): void {
  const channels = load<i32>(record, CHANNELS);
  const pixels = load<i32>(record, FEATURES) / channels;
  const step = <usize>channels * featureBytes<T>();
  const guess = own(record, thread);
  const sums = sumsAt(record, 0, thread);
  const squares = sumsAt(record, 1, thread);
  const examples = examplesOf<T>(thread);
  memory.fill(sums, 0, <usize>channels << 3);
  memory.fill(squares, 0, <usize>channels << 3);
  if (examples == 0) return;
  guessMeans<T>(record, thread, guess);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const lanes = lanesIn<T>(tile);
    for (let first = 0; first < pixels; first += bandOf<T>()) {
      const count = min(bandOf<T>(), pixels - first);
      for (let c = 0; c < channels; c++) {
        const from = x + <usize>(first * channels + c) * featureBytes<T>();
        const at = <usize>c << 3;
        addDeviations<T>(from, step, count, lanes, load<f32>(guess + (<usize>c << 2)), sums + at, squares + at);
      }
    }
  }
  const values = <f64>examples * <f64>pixels;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 3;
    const off = load<f64>(sums + at) / values;
    store<f64>(sums + at, <f64>load<f32>(guess + (<usize>c << 2)) + off);
    store<f64>(squares + at, max<f64>(0, load<f64>(squares + at) - off * off * values));
  }
}

/** About the mean of each channel, from some pixels of a thread's first examples. */
function guessMeans<T>(record: usize, thread: i32, guess: usize): void {
  const channels = load<i32>(record, CHANNELS);
  const pixels = load<i32>(record, FEATURES) / channels;
  const step = <usize>channels * featureBytes<T>() * SAMPLED;
  const x = tileAt<T>(record, thread, X);
  const fills = lanesIn<T>(thread) >= 4;
  const share = <f32>(1 / <f64>((pixels + SAMPLED - 1) / SAMPLED * (fills ? 4 : 1)));
  for (let c = 0; c < channels; c++) {
    let sums = f32x4.splat(0);
    let at = x + <usize>c * featureBytes<T>();
    for (let p = 0; p < pixels; p += SAMPLED) {
      sums = f32x4.add(sums, v128.load(at));
      at += step;
    }
    store<f32>(guess + (<usize>c << 2), share * (fills ? sumOf(sums) : f32x4.extract_lane(sums, 0)));
  }
}

/** Gradients by gamma and beta, and by the input where it is asked for: all threads meet once. */
export function normaliseBatchBack<T>(record: usize, thread: i32): void {
  const channels = load<i32>(record, CHANNELS);
  const pixels = load<i32>(record, FEATURES) / channels;
  const step = <usize>channels * featureBytes<T>();
  const bytes = <usize>channels << 2;
  const mean = own(record, thread);
  const scale = mean + bytes;
  const meanDelta = scale + bytes;
  const meanProduct = meanDelta + bytes;
  const sums = sumsAt(record, 2, thread);
  const products = sumsAt(record, 3, thread);

  memory.fill(sums, 0, <usize>channels << 3);
  memory.fill(products, 0, <usize>channels << 3);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const dy = tileAt<T>(record, tile, DY);
    for (let first = 0; first < pixels; first += bandOf<T>()) {
      const count = min(bandOf<T>(), pixels - first);
      for (let c = 0; c < channels; c++) {
        const from = <usize>(first * channels + c) * featureBytes<T>();
        const at = <usize>c << 3;
        addDeltas<T>(x + from, dy + from, step, count, load<f32>(mean + (<usize>c << 2)), sums + at, products + at);
      }
    }
  }
  const stride: usize = load<u32>(record, STRIDE);
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const product = load<f64>(products + (at << 1)) * <f64>load<f32>(scale + at);
    store<f64>(products + (at << 1), product);
    const gradient = <usize>thread * stride + at;
    store<f32>(<usize>load<u32>(record, BETA_GRADIENTS) + gradient, <f32>load<f64>(sums + (at << 1)));
    store<f32>(<usize>load<u32>(record, GAMMA_GRADIENTS) + gradient, <f32>product);
  }
  barrier();
  if (load<i32>(record, DX) < 0) return;
  const values = <f64>word(EXAMPLES) * <f64>pixels;
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    store<f32>(meanDelta + at, <f32>(total(record, 2, c) / values));
    store<f32>(meanProduct + at, <f32>(total(record, 3, c) / values) * load<f32>(scale + at));
  }
  const adds = (load<u32>(record, FLAGS) & ADDS_DX) != 0;
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const dx = tileAt<T>(record, tile, DX);
    const dy = tileAt<T>(record, tile, DY);
    const lanes = lanesIn<T>(tile);
    for (let first = 0; first < pixels; first += bandOf<T>()) {
      const count = min(bandOf<T>(), pixels - first);
      for (let c = 0; c < channels; c++) {
        const at = <usize>c << 2;
        const from = <usize>(first * channels + c) * featureBytes<T>();
        const slope = gammaOf(record, c) * load<f32>(scale + at);
        const middle = load<f32>(mean + at);
        const delta = load<f32>(meanDelta + at);
        const product = load<f32>(meanProduct + at);
        shiftBack<T>(x + from, dx + from, dy + from, step, count, lanes, middle, slope, delta, product, adds);
      }
    }
  }
}

function gammaOf(record: usize, channel: i32): f32 {
  return load<f32>(<usize>load<u32>(record, GAMMA) + (<usize>channel << 2));
}

function betaOf(record: usize, channel: i32): f32 {
  return load<f32>(<usize>load<u32>(record, BETA) + (<usize>channel << 2));
}

function scaleOf(record: usize, variance: f64): f32 {
  return <f32>(1 / sqrt<f64>(variance + <f64>load<f32>(record, EPSILON)));
}

function lanesIn<T>(tile: i32): i32 {
  return min(lanesOf<T>(), word(EXAMPLES) - tile * lanesOf<T>());
}

/** Examples in the tiles of a thread; the last tile may not be full. */
function examplesOf<T>(thread: i32): i32 {
  const tiles = word(TILES);
  const threads = word(THREADS);
  if (thread >= tiles) return 0;
  const others = (tiles - 1 - thread) / threads;
  return others * lanesOf<T>() + lanesIn<T>(thread + others * threads);
}

/** A value of a tile. */
function tileAt<T>(record: usize, tile: i32, field: usize): usize {
  const arena = <usize>word(ARENAS) + <usize>tile * <usize>word(ARENA_FEATURES) * featureBytes<T>();
  return arena + <usize>load<u32>(record + field) * featureBytes<T>();
}

function own(record: usize, thread: i32): usize {
  return <usize>load<u32>(record, STATISTICS) + <usize>thread * (<usize>load<u32>(record, CHANNELS) << 4);
}

function sumsAt(record: usize, kind: i32, thread: i32): usize {
  const list = <usize>(kind * word(THREADS) + thread);
  return <usize>load<u32>(record, SUMS) + list * (<usize>load<u32>(record, CHANNELS) << 3);
}

function sum(record: usize, kind: i32, thread: i32, channel: i32): f64 {
  return load<f64>(sumsAt(record, kind, thread) + (<usize>channel << 3));
}

function total(record: usize, kind: i32, channel: i32): f64 {
  let all: f64 = 0;
  for (let t = 0; t < word(THREADS); t++) all += sum(record, kind, t, channel);
  return all;
}

/** The sum of a channel's values, from the means of all threads. */
function valueSum<T>(record: usize, channel: i32, pixels: i32): f64 {
  let all: f64 = 0;
  for (let t = 0; t < word(THREADS); t++) {
    all += sum(record, 0, t, channel) * <f64>examplesOf<T>(t) * <f64>pixels;
  }
  return all;
}

/** The sum of squared deviations from the mean of all threads' values. */
function squareSum<T>(record: usize, channel: i32, pixels: i32, mean: f64): f64 {
  let all: f64 = 0;
  for (let t = 0; t < word(THREADS); t++) {
    const off = sum(record, 0, t, channel) - mean;
    all += sum(record, 1, t, channel) + off * off * <f64>examplesOf<T>(t) * <f64>pixels;
  }
  return all;
}
