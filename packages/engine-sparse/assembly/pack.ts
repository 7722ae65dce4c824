import { transpose4 } from './simd';

/** Reads a row-major batch into [feature][lane]; lanes beyond the batch become 0. */
export function packInputs(
  features: i32,
  lanes: i32,
  from: i32,
  examples: i32,
  inputs: usize,
  target: usize,
): void {
  const row = <usize>features << 2;
  const to = <usize>lanes << 2;
  for (let lane = 0; lane < lanes; lane += 4) {
    const first = inputs + <usize>(from + lane) * row;
    const column = target + (<usize>lane << 2);
    const whole = from + lane + 4 <= examples ? features & ~3 : 0;
    for (let f = 0; f < whole; f += 4) {
      const p = first + (<usize>f << 2);
      transpose4(p, p + row, p + 2 * row, p + 3 * row, column + <usize>f * to, to);
    }
    for (let f = whole; f < features; f++) {
      for (let i = 0; i < 4; i++) {
        const present = from + lane + i < examples;
        const value: f32 = present ? load<f32>(first + <usize>i * row + (<usize>f << 2)) : 0;
        store<f32>(column + <usize>f * to + (<usize>i << 2), value);
      }
    }
  }
}

/**
 * target = source inside of a border of zeros. All in features of `bytes` bytes. Where source is target, the image is
 * inside already.
 */
export function pad(record: usize, bytes: usize, source: usize, target: usize): void {
  const height = load<i32>(record, 20);
  const row = <usize>load<u32>(record, 24) * bytes;
  const paddedRow = <usize>load<u32>(record, 28) * bytes;
  const before = <usize>load<u32>(record, 32) * bytes;
  let edge = target;
  for (let y = 0; y < height; y++) {
    const inside = target + before + <usize>y * paddedRow;
    memory.fill(edge, 0, inside - edge);
    if (source != target) memory.copy(inside, source + <usize>y * row, row);
    edge = inside + row;
  }
  memory.fill(edge, 0, target + <usize>load<u32>(record, 36) * bytes - edge);
}
