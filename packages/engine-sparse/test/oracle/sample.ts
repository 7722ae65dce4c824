/** How many candidates of every step-th row have each value of the upper 13 of a magnitude's 31 bits. */
export function sampleHistogram(
  gradient: Float32Array,
  units: number,
  step: number,
  excluded: readonly number[],
): number[] {
  const histogram = new Array<number>(8192).fill(0);
  const bits = new Uint32Array(gradient.buffer, gradient.byteOffset, gradient.length);
  bits.forEach((word, position) => {
    if (Math.floor(position / units) % step !== 0 || excluded.includes(position)) return;
    histogram[(word & 0x7fffffff) >>> 18]!++;
  });
  return histogram;
}
