import {
  BAD,
  BETA1,
  BETA2,
  CORRECTION_COUNT,
  CORRECTIONS,
  EPSILON,
  LEARNING_RATE,
  MOMENTUM,
  OPTIMIZER,
  PARAMETER_COUNT,
  PARAMETERS,
  SHARES,
  single,
  THREADS,
  WEIGHT_DECAY,
  word,
} from './control';

// Words of a parameter's record, see src/network/records.ts.
const COUNT: usize = 0;
const VALUES: usize = 4;
const GRADIENTS: usize = 8;
const STRIDE: usize = 12;
const SLOT0: usize = 16;
const SLOT1: usize = 20;
const AGE: usize = 24;
const COPIES: usize = 28;
const DECAYS: usize = 36;
const PULL: usize = 40;
const MORE_COPIES: usize = 44;
const RECORD: usize = 64;

const SGD = 0;
const NESTEROV = 1;
const ADAM = 2;

/** How many gradients of each parameter there are. */
function copies(): i32 {
  return word(SHARES) ? 1 : word(THREADS);
}

/** Empties this thread's gradients, or its part of those that all threads share. */
export function clearGradients(thread: i32): void {
  for (let i = 0; i < word(PARAMETER_COUNT); i++) {
    const record = <usize>word(PARAMETERS) + <usize>i * RECORD;
    const gradients: usize = load<u32>(record, GRADIENTS);
    if (word(SHARES)) {
      const from = partStart(record, thread) << 2;
      memory.fill(gradients + from, 0, (partEnd(record, thread) << 2) - from);
    } else {
      const own = gradients + <usize>thread * load<u32>(record, STRIDE);
      memory.fill(own, 0, <usize>load<u32>(record, COUNT) << 2);
    }
  }
}

/** Sums the threads' gradients into the first one's, for this thread's part of every parameter. */
export function sumGradients(thread: i32): void {
  const summands = copies();
  for (let i = 0; i < word(PARAMETER_COUNT); i++) {
    const record = <usize>word(PARAMETERS) + <usize>i * RECORD;
    const stride: usize = load<u32>(record, STRIDE);
    const gradients: usize = load<u32>(record, GRADIENTS);
    let odd = f32x4.splat(0);
    const end = partEnd(record, thread);
    // Gradients are padded to whole vectors with zeros.
    for (let k = partStart(record, thread); k < end; k += 4) {
      const at = gradients + (k << 2);
      let sum = v128.load(at);
      for (let t = 1; t < summands; t++) sum = f32x4.add(sum, v128.load(at + <usize>t * stride));
      v128.store(at, sum);
      // x - x is 0, or NaN where x is not finite.
      odd = f32x4.add(odd, f32x4.sub(sum, sum));
    }
    if (v128.any_true(f32x4.ne(odd, odd))) atomic.cmpxchg<i32>(BAD, 0, i + 1);
  }
}

/** One optimizer step over this thread's part of every parameter. */
export function optimize(thread: i32): void {
  for (let i = 0; i < word(PARAMETER_COUNT); i++) {
    const record = <usize>word(PARAMETERS) + <usize>i * RECORD;
    const kind = word(OPTIMIZER);
    if (kind >= ADAM) adam(record, thread, kind);
    else sgd(record, thread, kind == NESTEROV);
    renew(record, record + COPIES, thread);
    renew(record, record + MORE_COPIES, thread);
  }
}

/** Brings this thread's part of the values in another order up to date: a permutation and those values, or 0. */
function renew(record: usize, ordered: usize, thread: i32): void {
  const permutation: usize = load<u32>(ordered);
  if (!permutation) return;
  const values: usize = load<u32>(record, VALUES);
  const copy: usize = load<u32>(ordered, 4);
  const end = min(partEnd(record, thread), <usize>load<u32>(record, COUNT));
  for (let k = partStart(record, thread); k < end; k++) {
    const at = k << 2;
    store<f32>(copy + (<usize>load<u32>(permutation + at) << 2), load<f32>(values + at));
  }
}

function sgd(record: usize, thread: i32, nesterov: bool): void {
  const values: usize = load<u32>(record, VALUES);
  const gradients: usize = load<u32>(record, GRADIENTS);
  const velocities: usize = load<u32>(record, SLOT0);
  const rate = f32x4.splat(single(LEARNING_RATE));
  const momentum = f32x4.splat(single(MOMENTUM));
  const decay = f32x4.splat(pullOf(record) + (load<u32>(record, DECAYS) ? single(WEIGHT_DECAY) : 0));
  const end = partEnd(record, thread);
  for (let k = partStart(record, thread); k < end; k += 4) {
    const at = k << 2;
    const w = v128.load(values + at);
    const g = f32x4.add(v128.load(gradients + at), f32x4.mul(decay, w));
    const v = f32x4.add(f32x4.mul(momentum, v128.load(velocities + at)), g);
    v128.store(velocities + at, v);
    const direction = nesterov ? f32x4.add(g, f32x4.mul(momentum, v)) : v;
    v128.store(values + at, f32x4.sub(w, f32x4.mul(rate, direction)));
  }
}

function adam(record: usize, thread: i32, kind: i32): void {
  const values: usize = load<u32>(record, VALUES);
  const gradients: usize = load<u32>(record, GRADIENTS);
  const firsts: usize = load<u32>(record, SLOT0);
  const seconds: usize = load<u32>(record, SLOT1);
  const ages: usize = load<u32>(record, AGE);
  const corrections: usize = word(CORRECTIONS);
  const last = <u32>word(CORRECTION_COUNT) - 1;
  const rate = single(LEARNING_RATE);
  const beta1 = single(BETA1);
  const beta2 = single(BETA2);
  const rest1 = load<f32>(corrections);
  const rest2 = load<f32>(corrections, 4);
  const epsilon = single(EPSILON);
  const decay: f32 = load<u32>(record, DECAYS) ? single(WEIGHT_DECAY) : 0;
  const coupled: f32 = pullOf(record) + (kind == ADAM ? decay : 0);
  const decoupled: f32 = kind == ADAM ? 0 : decay;
  const end = min(partEnd(record, thread), <usize>load<u32>(record, COUNT));
  for (let k = partStart(record, thread); k < end; k++) {
    const at = k << 2;
    const w = load<f32>(values + at);
    const g = load<f32>(gradients + at) + coupled * w;
    const age = load<u32>(ages + at) + 1;
    const m = beta1 * load<f32>(firsts + at) + rest1 * g;
    const v = beta2 * load<f32>(seconds + at) + rest2 * g * g;
    store<f32>(firsts + at, m);
    store<f32>(seconds + at, v);
    store<u32>(ages + at, age);
    // Entry a holds 1 - b^a for both betas; from the last one on they are 1.
    const c = corrections + (<usize>min(age - 1, last) << 3);
    const update = m / load<f32>(c) / (sqrt(v / load<f32>(c, 4)) + epsilon);
    store<f32>(values + at, w - rate * (update + decoupled * w));
  }
}

/** What a parameter of its own adds to its gradients, times the values. */
function pullOf(record: usize): f32 {
  return load<f32>(record, PULL);
}

function quads(record: usize): usize {
  return (<usize>load<u32>(record, COUNT) + 3) >> 2;
}

function partStart(record: usize, thread: i32): usize {
  return <usize>((<u64>quads(record) * thread) / word(THREADS)) << 2;
}

function partEnd(record: usize, thread: i32): usize {
  return partStart(record, thread + 1);
}
