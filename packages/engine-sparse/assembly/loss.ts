import { exp4 } from './functions';

/**
 * Softmax cross-entropy of one tile.
 * @param labels - u32 [examples]
 * @param delta - where the gradient of the batch's mean loss goes, or 0
 * @param sums - where the tile's sum of losses goes, f64
 * @param correct - where the number of correct answers goes; of equal logits the first one is the answer
 * @param scratch - 48 bytes of the thread's own
 */
export function crossEntropy(
  classes: i32,
  lanes: i32,
  from: i32,
  examples: i32,
  labels: usize,
  logits: usize,
  delta: usize,
  sums: usize,
  correct: usize,
  scratch: usize,
): void {
  const row = <usize>lanes << 2;
  const share = f32x4.splat(<f32>1 / <f32>examples);
  let sum: f64 = 0;
  let right = 0;
  for (let lane = 0; lane < lanes; lane += 4) {
    const z = logits + (<usize>lane << 2);
    let largest = v128.load(z);
    let answer = i32x4.splat(0);
    for (let c = 1; c < classes; c++) {
      const value = v128.load(z + <usize>c * row);
      const larger = f32x4.gt(value, largest);
      largest = v128.bitselect(value, largest, larger);
      answer = v128.bitselect(i32x4.splat(c), answer, larger);
    }
    let total = f32x4.splat(0);
    for (let c = 0; c < classes; c++) {
      total = f32x4.add(total, exp4(f32x4.sub(v128.load(z + <usize>c * row), largest)));
    }
    if (delta) {
      for (let c = 0; c < classes; c++) {
        const at = (<usize>lane << 2) + <usize>c * row;
        const p = f32x4.div(exp4(f32x4.sub(v128.load(logits + at), largest)), total);
        v128.store(delta + at, f32x4.mul(p, share));
      }
    }
    v128.store(scratch, total);
    v128.store(scratch + 16, largest);
    v128.store(scratch + 32, answer);
    for (let i = 0; i < 4; i++) {
      const example = from + lane + i;
      const column = <usize>(lane + i) << 2;
      if (example >= examples) {
        if (delta) for (let c = 0; c < classes; c++) store<f32>(delta + column + <usize>c * row, 0);
        continue;
      }
      const label = load<u32>(labels + (<usize>example << 2));
      const place = column + <usize>label * row;
      const at = scratch + (<usize>i << 2);
      const logit = <f64>load<f32>(logits + place);
      sum += NativeMath.log(<f64>load<f32>(at)) + <f64>load<f32>(at, 16) - logit;
      if (load<u32>(at, 32) == label) right++;
      if (delta) store<f32>(delta + place, load<f32>(delta + place) - <f32>1 / <f32>examples);
    }
  }
  store<f64>(sums, sum);
  store<i32>(correct, right);
}

/**
 * The sum of all outputs of one tile, whose gradient is 1 for every example; see {@link crossEntropy}.
 */
export function outputSum(
  outputs: i32,
  lanes: i32,
  from: i32,
  examples: i32,
  values: usize,
  delta: usize,
  sums: usize,
): void {
  let sum: f64 = 0;
  for (let o = 0; o < outputs; o++) {
    for (let lane = 0; lane < lanes; lane++) {
      const at = <usize>(o * lanes + lane) << 2;
      const counts = from + lane < examples;
      if (counts) sum += <f64>load<f32>(values + at);
      if (delta) store<f32>(delta + at, counts ? 1 : 0);
    }
  }
  store<f64>(sums, sum);
}

/**
 * Mean squared error of one tile; see {@link crossEntropy}.
 * @param targets - f32 [examples, outputs], row-major
 */
export function meanSquaredError(
  outputs: i32,
  lanes: i32,
  from: i32,
  examples: i32,
  targets: usize,
  values: usize,
  delta: usize,
  sums: usize,
): void {
  const scale = <f32>(2.0 / (<f64>outputs * <f64>examples));
  let sum: f64 = 0;
  for (let o = 0; o < outputs; o++) {
    for (let lane = 0; lane < lanes; lane++) {
      const at = <usize>(o * lanes + lane) << 2;
      const example = from + lane;
      let error: f32 = 0;
      if (example < examples) {
        error = load<f32>(values + at) - load<f32>(targets + (<usize>(example * outputs + o) << 2));
        sum += <f64>error * <f64>error;
      }
      if (delta) store<f32>(delta + at, scale * error);
    }
  }
  store<f64>(sums, sum / <f64>outputs);
}
