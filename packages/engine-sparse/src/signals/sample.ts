/** Bytes of a histogram over the upper 13 of a magnitude's 31 bits, as assembly/guess.ts makes it. */
export const SAMPLE_BYTES = 32768;

const SHIFT = 18;
const STEP = 16;
/** Fewer rows say little of all. */
const LEAST_ROWS = 24;
/** Layers that are searched sooner than sampled. */
const LEAST_CANDIDATES = 2 ** 16;
// A bound that too few reach costs a second search, one that too many reach some exact products.
const MARGIN = 1.25;

/**
 * One row of how many is sampled for a guess at the least of the strongest.
 * @returns undefined where a guess is not worth its time
 */
export function sampleStep(rows: number, candidates: number, limit: number): number | undefined {
  const step = Math.min(STEP, Math.floor(rows / LEAST_ROWS));
  return step >= 4 && candidates >= LEAST_CANDIDATES && 4 * limit <= candidates ? step : undefined;
}

/**
 * A bound that probably a few more than the strongest reach.
 * @param histograms - of the sample, one for each thread
 * @param limit - how many are sought in all rows
 * @param share - of rows, that were sampled
 * @returns bits of a magnitude; 0 where the sample is too small
 */
export function guessBound(histograms: Uint32Array, limit: number, share: number): number {
  const buckets = SAMPLE_BYTES / 4;
  const expected = limit * share;
  const enough = MARGIN * expected + 2 * Math.sqrt(expected) + 8;
  let count = 0;
  for (let bucket = buckets - 1; bucket > 0; bucket--) {
    for (let first = 0; first < histograms.length; first += buckets) count += histograms[first + bucket]!;
    if (count >= enough) return bucket * 2 ** SHIFT;
  }
  return 0;
}
