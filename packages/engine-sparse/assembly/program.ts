import {
  ANSWERS,
  ARENA_FEATURES,
  ARENAS,
  BACKWARD,
  BACKWARD_COUNT,
  BAD,
  CORRECT,
  EXAMPLES,
  FORWARD,
  FORWARD_COUNT,
  HOLDS,
  INPUT_FEATURES,
  INPUTS,
  LOSS_DELTA,
  LOSS_FEATURES,
  LOSS_KIND,
  LOSS_SUMS,
  LOSS_VALUE,
  NORMALISES,
  SCRATCH,
  SHARES,
  THREADS,
  TILES,
  TRAINING,
  word,
} from './control';
import { barrier } from './barrier';
import { activate, activateBack, copyOrAdd, drop, maskPositive } from './elementwise';
import { linear, linearBack } from './layer';
import { normalise, normaliseBatch, normaliseBatchBack } from './batch-norm';
import { crossEntropy, meanSquaredError, outputSum } from './loss';
import { packInputs, pad } from './pack';
import { pool, poolBack } from './pool';
import { featureBytes, lanesOf } from './simd';

// Kinds of losses; any other is the mean squared error.
const CROSS_ENTROPY = 0;
const OUTPUT_SUM = 2;

const INPUT = 0;
const LINEAR = 1;
const ACTIVATION = 2;
const DROPOUT = 3;
const COPY = 4;
const MASK = 5;
const ZERO = 6;
const PAD = 7;
const POOL = 8;
const BATCH_NORM = 9;
const RECORD: usize = 128;

// Words that most records share.
const X: usize = 4;
const Y: usize = 8;
const DX: usize = 12;
const DY: usize = 16;
const FEATURES: usize = 20;
const FIRST: usize = 24;
const SECOND: usize = 28;
const FLAGS: usize = 76;

/** Takes this thread's tiles through the network and, while training, back. */
export function runTiles<T>(thread: i32): void {
  if (word(TRAINING) && word(NORMALISES)) {
    runWhole<T>(thread);
    return;
  }
  if (word(SHARES)) {
    runShared<T>(thread);
    return;
  }
  const bytes = featureBytes<T>();
  const size = <usize>word(ARENA_FEATURES) * bytes;
  const holds = word(HOLDS) != 0;
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    const arena = <usize>word(ARENAS) + <usize>(holds ? tile : thread) * size;
    const from = tile * lanesOf<T>();
    for (let i = 0; i < word(FORWARD_COUNT); i++) {
      forward<T>(<usize>word(FORWARD) + <usize>i * RECORD, arena, from);
    }
    judge<T>(arena, tile, from, thread);
    if (!word(TRAINING)) continue;
    for (let i = 0; i < word(BACKWARD_COUNT); i++) {
      backward<T>(<usize>word(BACKWARD) + <usize>i * RECORD, arena, from, thread);
    }
  }
}

/** The same where some nodes need the whole batch: tiles go from one of these nodes to the next, all of them held. */
function runWhole<T>(thread: i32): void {
  runList<T>(thread, true);
  for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
    judge<T>(arenaOf<T>(tile), tile, tile * lanesOf<T>(), thread);
  }
  runList<T>(thread, false);
}

/**
 * The same where a tile is so wide that an arena and a gradient per thread would not fit: all threads go through one
 * tile after the other together, each with its part of every layer's rows.
 */
function runShared<T>(thread: i32): void {
  for (let tile = 0; tile < word(TILES); tile++) {
    const arena = word(HOLDS) ? arenaOf<T>(tile) : <usize>word(ARENAS);
    const from = tile * lanesOf<T>();
    for (let i = 0; i < word(FORWARD_COUNT); i++) {
      const record = <usize>word(FORWARD) + <usize>i * RECORD;
      if (load<i32>(record) == LINEAR) linear<T>(record, arena, thread, word(THREADS));
      else if (thread == 0) forward<T>(record, arena, from);
      barrier();
    }
    if (thread == 0) judge<T>(arena, tile, from, thread);
    barrier();
    if (!word(TRAINING)) continue;
    for (let i = 0; i < word(BACKWARD_COUNT); i++) {
      const record = <usize>word(BACKWARD) + <usize>i * RECORD;
      if (load<i32>(record) == LINEAR) linearBack<T>(record, arena, 0, thread, word(THREADS));
      else if (thread == 0) backward<T>(record, arena, from, thread);
      barrier();
    }
  }
}

function runList<T>(thread: i32, ahead: bool): void {
  const list: usize = word(ahead ? FORWARD : BACKWARD);
  const count = word(ahead ? FORWARD_COUNT : BACKWARD_COUNT);
  for (let first = 0; first < count; first++) {
    let last = first;
    while (last < count && load<i32>(list + <usize>last * RECORD) != BATCH_NORM) last++;
    for (let tile = thread; tile < word(TILES); tile += word(THREADS)) {
      for (let i = first; i < last; i++) {
        const record = list + <usize>i * RECORD;
        if (ahead) forward<T>(record, arenaOf<T>(tile), tile * lanesOf<T>());
        else backward<T>(record, arenaOf<T>(tile), tile * lanesOf<T>(), thread);
      }
    }
    if (last < count) {
      const record = list + <usize>last * RECORD;
      if (ahead) normaliseBatch<T>(record, thread);
      else normaliseBatchBack<T>(record, thread);
    }
    first = last;
  }
}

function arenaOf<T>(tile: i32): usize {
  return <usize>word(ARENAS) + <usize>tile * <usize>word(ARENA_FEATURES) * featureBytes<T>();
}

function judge<T>(arena: usize, tile: i32, from: i32, thread: i32): void {
  const values = arena + <usize>word(LOSS_VALUE) * featureBytes<T>();
  const delta = word(TRAINING) ? arena + <usize>word(LOSS_DELTA) * featureBytes<T>() : 0;
  const sums = <usize>word(LOSS_SUMS) + (<usize>tile << 3);
  const correct = <usize>word(CORRECT) + (<usize>tile << 2);
  const features = word(LOSS_FEATURES);
  const examples = word(EXAMPLES);
  if (word(LOSS_KIND) == CROSS_ENTROPY) {
    const scratch = SCRATCH + (<usize>thread << 6);
    crossEntropy(features, lanesOf<T>(), from, examples, word(ANSWERS), values, delta, sums, correct, scratch);
  } else if (word(LOSS_KIND) == OUTPUT_SUM) {
    outputSum(features, lanesOf<T>(), from, examples, values, delta, sums);
  } else {
    meanSquaredError(features, lanesOf<T>(), from, examples, word(ANSWERS), values, delta, sums);
  }
  if (!isFinite(load<f64>(sums))) atomic.store<i32>(BAD, -1);
}

function forward<T>(record: usize, arena: usize, from: i32): void {
  const bytes = featureBytes<T>();
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const y = arena + <usize>load<u32>(record, Y) * bytes;
  const features = load<i32>(record, FEATURES);
  const all = <usize>features * bytes;
  switch (load<i32>(record)) {
    case INPUT:
      packInputs(word(INPUT_FEATURES), lanesOf<T>(), from, word(EXAMPLES), word(INPUTS), y);
      break;
    case LINEAR:
      linear<T>(record, arena, 0, 1);
      break;
    case ACTIVATION:
      activate(load<i32>(record, FIRST), load<f32>(record, SECOND), all, x, y);
      break;
    case DROPOUT:
      if (word(TRAINING)) dropOne<T>(record, from, x, y, false);
      else memory.copy(y, x, all);
      break;
    case COPY:
      copyOrAdd(all, x, y, (load<u32>(record, FLAGS) & 1) != 0);
      break;
    case PAD:
      pad(record, bytes, x, y);
      break;
    case POOL:
      pool(record, bytes, arena);
      break;
    case BATCH_NORM:
      normalise<T>(record, arena);
      break;
  }
}

function backward<T>(record: usize, arena: usize, from: i32, thread: i32): void {
  const bytes = featureBytes<T>();
  const x = arena + <usize>load<u32>(record, X) * bytes;
  const dx = arena + <usize>load<u32>(record, DX) * bytes;
  const dy = arena + <usize>load<u32>(record, DY) * bytes;
  const all = <usize>load<u32>(record, FEATURES) * bytes;
  const adds = (load<u32>(record, FLAGS) & 1) != 0;
  switch (load<i32>(record)) {
    case LINEAR:
      linearBack<T>(record, arena, thread, 0, 1);
      break;
    case ACTIVATION:
      activateBack(load<i32>(record, FIRST), load<f32>(record, SECOND), all, x, dy, dx, adds);
      break;
    case DROPOUT:
      dropOne<T>(record, from, dy, dx, adds);
      break;
    case COPY:
      copyOrAdd(all, dy, dx, adds);
      break;
    case MASK:
      maskPositive(all, x, dx);
      break;
    case ZERO:
      memory.fill(dx, 0, all);
      break;
    case PAD:
      pad(record, bytes, dy, dx);
      break;
    case POOL:
      poolBack(record, bytes, arena);
      break;
  }
}

function dropOne<T>(record: usize, from: i32, source: usize, target: usize, adds: bool): void {
  drop(
    load<i32>(record, FEATURES),
    lanesOf<T>(),
    from,
    word(EXAMPLES),
    load<u32>(record, FIRST),
    load<f32>(record, SECOND),
    source,
    target,
    adds,
  );
}
