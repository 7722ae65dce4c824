/** A batch as [example][feature]; a feature's channel is its number modulo the channels. */
export interface Normalisation {
  readonly channels: number;
  readonly features: number;
  readonly epsilon: number;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

type Rows = readonly (readonly number[])[];

/** Mean and variance (biased) of each channel over examples and pixels. */
export function statisticsOf({ channels, features }: Normalisation, x: Rows) {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  const count = (x.length * features) / channels;
  for (const row of x) {
    row.forEach((value, f) => {
      mean[f % channels]! += value / count;
    });
  }
  for (const row of x) {
    row.forEach((value, f) => {
      variance[f % channels]! += (value - mean[f % channels]!) ** 2 / count;
    });
  }
  return { mean, variance };
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta */
export function normalise(
  of: Normalisation,
  x: Rows,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
): number[][] {
  const { channels, epsilon, gamma, beta } = of;
  return x.map((row) =>
    row.map((value, f) => {
      const c = f % channels;
      return (gamma[c]! * (value - mean[c]!)) / Math.sqrt(variance[c]! + epsilon) + beta[c]!;
    }),
  );
}

/** By gamma, beta and the inputs, where mean and variance are the batch's own. */
export function normaliseBack(of: Normalisation, x: Rows, dy: Rows) {
  const { channels, features, epsilon, gamma } = of;
  const { mean, variance } = statisticsOf(of, x);
  const count = (x.length * features) / channels;
  const scaleOf = (c: number) => 1 / Math.sqrt(variance[c]! + epsilon);
  const byGamma = new Float64Array(channels);
  const byBeta = new Float64Array(channels);
  const normalOf = (value: number, c: number) => (value - mean[c]!) * scaleOf(c);
  x.forEach((row, example) => {
    row.forEach((value, f) => {
      const c = f % channels;
      byGamma[c]! += dy[example]![f]! * normalOf(value, c);
      byBeta[c]! += dy[example]![f]!;
    });
  });
  const dx = x.map((row, example) =>
    row.map((value, f) => {
      const c = f % channels;
      const shared = (byBeta[c]! + normalOf(value, c) * byGamma[c]!) / count;
      return gamma[c]! * scaleOf(c) * (dy[example]![f]! - shared);
    }),
  );
  return { byGamma, byBeta, dx };
}
