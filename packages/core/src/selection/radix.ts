/** The key of the k-th largest of some keys, and how many of the keys equal to it belong to the k largest. */
export interface KeyThreshold {
  readonly key: number;
  readonly ties: number;
}

/** Values of the upper 11 bits of a key. */
export const TOP = 2048;

/**
 * Finds the k-th largest key by three histograms of 11, 11 and 10 bits, in O(n) and without sorting.
 *
 * @param keys - unsigned 32-bit keys
 * @param length - how many of them count
 * @param k - in [1, length]
 */
export function kthLargest(keys: Uint32Array, length: number, k: number): KeyThreshold {
  const histogram = new Uint32Array(TOP);
  for (let i = 0; i < length; i++) histogram[keys[i]! >>> 21]!++;
  const first = findBucket(histogram, TOP, k);

  histogram.fill(0);
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    if (key >>> 21 === first.bucket) histogram[(key >>> 10) & 2047]!++;
  }
  const second = findBucket(histogram, TOP, first.remaining);

  histogram.fill(0);
  const prefix = first.bucket * 2048 + second.bucket;
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    if (key >>> 10 === prefix) histogram[key & 1023]!++;
  }
  const third = findBucket(histogram, 1024, second.remaining);
  return { key: prefix * 1024 + third.bucket, ties: third.remaining };
}

/** Where the k-th largest is, and how many of its bucket belong to the k largest. */
export function findBucket(
  histogram: Uint32Array,
  length: number,
  k: number,
): { readonly bucket: number; readonly remaining: number } {
  let remaining = k;
  let bucket = length - 1;
  while (histogram[bucket]! < remaining) {
    remaining -= histogram[bucket]!;
    bucket--;
  }
  return { bucket, remaining };
}
