import { ARENA_FEATURES, ARENAS, EXAMPLES, THREADS, TILES, word } from './control';
import { barrier } from './barrier';
import { featureBytes, lanesOf, sumOf } from './simd';

// Words of a record, see src/network/records.ts.
const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const FEATURES: usize = 20;
const CHANNELS: usize = 24;
/** f64 [4][threads][channels]: sums of values, of squared deviations, of deltas, of deltas x normal values. */
const SUMS: usize = 28;
/** f32 [threads][4][channels]: mean, scale, mean delta, mean delta x normal value; each thread has its own. */
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

/** With moving statistics, one tile. */
export function normalise<T>(record: usize, arena: usize): void {
  const channels = load<i32>(record, CHANNELS);
  const means: usize = load<u32>(record, MOVING_MEAN);
  const variances: usize = load<u32>(record, MOVING_VARIANCE);
  for (let f = 0; f < load<i32>(record, FEATURES); f++) {
    const c = <usize>(f % channels) << 2;
    const scale = <f32>(1 / sqrt<f64>(<f64>load<f32>(variances + c) + <f64>load<f32>(record, EPSILON)));
    shift<T>(record, arena, f, c, load<f32>(means + c), scale);
  }
}

// @ts-ignore: decorator
@inline
function shift<T>(record: usize, arena: usize, f: i32, c: usize, mean: f32, scale: f32): void {
  const x = arena + (<usize>load<u32>(record, X) + f) * featureBytes<T>();
  const y = arena + (<usize>load<u32>(record, Y) + f) * featureBytes<T>();
  const slope = f32x4.splat(scale * load<f32>(<usize>load<u32>(record, GAMMA) + c));
  const offset = f32x4.splat(load<f32>(<usize>load<u32>(record, BETA) + c));
  for (let i: usize = 0; i < featureBytes<T>(); i += 16) {
    const centred = f32x4.sub(v128.load(x + i), f32x4.splat(mean));
    v128.store(y + i, f32x4.add(f32x4.mul(centred, slope), offset));
  }
}

/** With the statistics of the whole batch: all threads meet twice. */
export function normaliseBatch<T>(record: usize, thread: i32): void {
  const channels = load<i32>(record, CHANNELS);
  const features = load<i32>(record, FEATURES);
  const statistics = own(record, thread);
  const mean = statistics;
  const scale = statistics + (<usize>channels << 2);
  const ofBatch: usize = load<u32>(record, OF_BATCH);
  const values = <f64>word(EXAMPLES) * <f64>(features / channels);

  memory.fill(sumsAt(record, 0, thread), 0, <usize>channels << 3);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    for (let f = 0; f < features; f++) {
      add(record, 0, thread, f % channels, valuesOf<T>(x + <usize>f * featureBytes<T>(), tile));
    }
  }
  barrier();
  for (let c = 0; c < channels; c++) {
    store<f32>(mean + (<usize>c << 2), <f32>(total(record, 0, c) / values));
  }

  memory.fill(sumsAt(record, 1, thread), 0, <usize>channels << 3);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    for (let f = 0; f < features; f++) {
      const c = f % channels;
      const middle = load<f32>(mean + (<usize>c << 2));
      add(record, 1, thread, c, deviationsOf<T>(x + <usize>f * featureBytes<T>(), tile, middle));
    }
  }
  barrier();
  for (let c = 0; c < channels; c++) {
    const at = <usize>c << 2;
    const variance = total(record, 1, c) / values;
    store<f32>(scale + at, <f32>(1 / sqrt<f64>(variance + <f64>load<f32>(record, EPSILON))));
    if (thread == 0) {
      store<f32>(ofBatch + at, load<f32>(mean + at));
      store<f32>(ofBatch + (<usize>channels << 2) + at, <f32>variance);
    }
  }

  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const arena = tileAt<T>(record, tile, 0);
    for (let f = 0; f < features; f++) {
      const c = <usize>(f % channels) << 2;
      shift<T>(record, arena, f, c, load<f32>(mean + c), load<f32>(scale + c));
    }
  }
}

/** Gradients by gamma and beta, and by the input where it is asked for: all threads meet once. */
export function normaliseBatchBack<T>(record: usize, thread: i32): void {
  const channels = load<i32>(record, CHANNELS);
  const features = load<i32>(record, FEATURES);
  const bytes = <usize>channels << 2;
  const mean = own(record, thread);
  const scale = mean + bytes;
  const meanDelta = scale + bytes;
  const meanProduct = meanDelta + bytes;
  const values = <f64>word(EXAMPLES) * <f64>(features / channels);

  memory.fill(sumsAt(record, 2, thread), 0, <usize>channels << 3);
  memory.fill(sumsAt(record, 3, thread), 0, <usize>channels << 3);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const dy = tileAt<T>(record, tile, DY);
    for (let f = 0; f < features; f++) {
      const c = f % channels;
      const at = <usize>c << 2;
      const from = <usize>f * featureBytes<T>();
      const middle = f32x4.splat(load<f32>(mean + at));
      // Deltas of lanes beyond the batch are 0.
      let deltas = f32x4.splat(0);
      let products = f32x4.splat(0);
      for (let i: usize = 0; i < featureBytes<T>(); i += 16) {
        const d = v128.load(dy + from + i);
        deltas = f32x4.add(deltas, d);
        products = f32x4.add(products, f32x4.mul(d, f32x4.sub(v128.load(x + from + i), middle)));
      }
      add(record, 2, thread, c, <f64>sumOf(deltas));
      add(record, 3, thread, c, <f64>sumOf(products) * <f64>load<f32>(scale + at));
    }
  }
  const stride: usize = load<u32>(record, STRIDE);
  for (let c = 0; c < channels; c++) {
    const at = <usize>thread * stride + (<usize>c << 2);
    store<f32>(<usize>load<u32>(record, BETA_GRADIENTS) + at, <f32>sum(record, 2, thread, c));
    store<f32>(<usize>load<u32>(record, GAMMA_GRADIENTS) + at, <f32>sum(record, 3, thread, c));
  }
  barrier();
  if (load<i32>(record, DX) < 0) return;
  for (let c = 0; c < channels; c++) {
    store<f32>(meanDelta + (<usize>c << 2), <f32>(total(record, 2, c) / values));
    store<f32>(meanProduct + (<usize>c << 2), <f32>(total(record, 3, c) / values));
  }
  const adds = (load<u32>(record, FLAGS) & 1) != 0;
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const x = tileAt<T>(record, tile, X);
    const dx = tileAt<T>(record, tile, DX);
    const dy = tileAt<T>(record, tile, DY);
    const lanes = lanesIn<T>(tile);
    for (let f = 0; f < features; f++) {
      const at = <usize>(f % channels) << 2;
      const from = <usize>f * featureBytes<T>();
      const s = load<f32>(scale + at);
      const slope = s * load<f32>(<usize>load<u32>(record, GAMMA) + at);
      const middle = f32x4.splat(load<f32>(mean + at));
      const products = f32x4.splat(load<f32>(meanProduct + at) * s);
      const deltas = f32x4.splat(load<f32>(meanDelta + at));
      for (let i: usize = 0; i < featureBytes<T>(); i += 16) {
        const place = from + i;
        const deviation = f32x4.sub(v128.load(x + place), middle);
        const shared = f32x4.add(deltas, f32x4.mul(deviation, products));
        let delta = f32x4.mul(f32x4.splat(slope), f32x4.sub(v128.load(dy + place), shared));
        // Lanes beyond the batch have no delta.
        const beyond = i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(i >> 2)));
        delta = v128.and(delta, i32x4.lt_s(beyond, i32x4.splat(lanes)));
        v128.store(dx + place, adds ? f32x4.add(v128.load(dx + place), delta) : delta);
      }
    }
  }
}

function lanesIn<T>(tile: i32): i32 {
  return min(lanesOf<T>(), word(EXAMPLES) - tile * lanesOf<T>());
}

/** A value of a tile; the tile's arena for field 0. */
function tileAt<T>(record: usize, tile: i32, field: usize): usize {
  const arena = <usize>word(ARENAS) + <usize>tile * <usize>word(ARENA_FEATURES) * featureBytes<T>();
  return field ? arena + <usize>load<u32>(record + field) * featureBytes<T>() : arena;
}

function own(record: usize, thread: i32): usize {
  return <usize>load<u32>(record, STATISTICS) + <usize>thread * (<usize>load<u32>(record, CHANNELS) << 4);
}

function sumsAt(record: usize, kind: i32, thread: i32): usize {
  const list = <usize>(kind * word(THREADS) + thread);
  return <usize>load<u32>(record, SUMS) + list * (<usize>load<u32>(record, CHANNELS) << 3);
}

function add(record: usize, kind: i32, thread: i32, channel: i32, value: f64): void {
  const at = sumsAt(record, kind, thread) + (<usize>channel << 3);
  store<f64>(at, load<f64>(at) + value);
}

function sum(record: usize, kind: i32, thread: i32, channel: i32): f64 {
  return load<f64>(sumsAt(record, kind, thread) + (<usize>channel << 3));
}

function total(record: usize, kind: i32, channel: i32): f64 {
  let all: f64 = 0;
  for (let t = 0; t < word(THREADS); t++) all += sum(record, kind, t, channel);
  return all;
}

function valuesOf<T>(x: usize, tile: i32): f64 {
  const lanes = lanesIn<T>(tile);
  let vectors = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= lanes; i += 4) vectors = f32x4.add(vectors, v128.load(x + (<usize>i << 2)));
  let all = <f64>sumOf(vectors);
  for (; i < lanes; i++) all += <f64>load<f32>(x + (<usize>i << 2));
  return all;
}

function deviationsOf<T>(x: usize, tile: i32, mean: f32): f64 {
  const lanes = lanesIn<T>(tile);
  let vectors = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= lanes; i += 4) {
    const deviations = f32x4.sub(v128.load(x + (<usize>i << 2)), f32x4.splat(mean));
    vectors = f32x4.add(vectors, f32x4.mul(deviations, deviations));
  }
  let all = <f64>sumOf(vectors);
  for (; i < lanes; i++) {
    const deviation = <f64>(load<f32>(x + (<usize>i << 2)) - mean);
    all += deviation * deviation;
  }
  return all;
}
