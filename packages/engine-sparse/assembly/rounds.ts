import { SIGNAL, word } from './control';

// The arguments of every signal command that say where the gradient comes from, see src/signals/run-signal.ts.
export const ROUNDS: usize = SIGNAL;
export const ROUND_COUNT: usize = SIGNAL + 4;
export const X: usize = SIGNAL + 8;
export const DY: usize = SIGNAL + 12;
export const PIXELS: usize = SIGNAL + 16;
export const IN_PIXELS: usize = SIGNAL + 20;
export const OUT_PIXELS: usize = SIGNAL + 24;

/** A round is a batch whose tiles are held: base, tiles, bytes of a feature, bytes of a tile. */
export const ROUND: usize = 16;

/** What is added to the features of a pixel. */
// @ts-ignore: decorator
@inline
export function pixel(list: usize, p: i32): i32 {
  return load<i32>(<usize>word(list) + (<usize>p << 2));
}
