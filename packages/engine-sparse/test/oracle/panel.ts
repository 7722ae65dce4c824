import fc from 'fast-check';
import type { Source } from './held.js';
import { lanes, type Operands } from './operands.js';
import type { TestingModule } from './testing-module.js';

/** Of a thread's work, behind what it multiplies in. */
const HISTOGRAM_BYTES = 8192;

const rounds = fc.array(fc.record({ lanes, tiles: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
});
/** Shapes of layers with held batches. */
export const held = {
  rounds,
  rows: fc.integer({ min: 1, max: 18 }),
  units: fc.integer({ min: 1, max: 26 }),
  pixels: fc.integer({ min: 1, max: 3 }),
  threads: fc.integer({ min: 1, max: 3 }),
};

/** The first words of the arguments, up to the pixels. */
export function sourceWords(
  module: TestingModule,
  { batches, x, dy, inPixels, outPixels }: Source,
): number[] {
  const list = batches.flatMap(({ lanes, tiles, features, values }) => [
    module.floats(values),
    tiles,
    lanes * 4,
    features * lanes * 4,
  ]);
  const pixels = [inPixels.length, module.words(inPixels), module.words(outPixels)];
  return [module.words(list), batches.length, x, dy, ...pixels];
}

/**
 * Everything that the streamed gradient is made in.
 * @param extra - bytes that a thread needs besides
 */
export function panelOf(
  module: TestingModule,
  source: Source,
  { units, rows, threads }: { units: number; rows: number; threads: number },
  places: readonly number[] | undefined,
  extra = 0,
) {
  const blocks = Math.ceil(units / 8);
  const depth =
    source.inPixels.length * source.batches.reduce((sum, { tiles, lanes }) => sum + tiles * lanes, 0);
  const stride = depth * 16 + blocks * 128 + HISTOGRAM_BYTES + extra;
  const right = module.floats(new Float32Array(blocks * depth * 8));
  const norms = module.floats(new Float32Array(blocks));
  const work = module.floats(new Float32Array((threads * stride) / 4));
  const words = [...sourceWords(module, source), 0, 0, 0, 0];
  words.push(places ? module.words(places) : 0, units, depth, right, norms, rows, work, stride);
  return { blocks, depth, right, norms, work, words };
}

/** Rows of a window in any order, and none twice. */
export function placesOf(operands: Operands, rows: number) {
  const scattered = operands.below(2) ? operands.shuffled(rows) : undefined;
  return { scattered, places: scattered ?? Array.from({ length: rows }, (_, row) => row) };
}
