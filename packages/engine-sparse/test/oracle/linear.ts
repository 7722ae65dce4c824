/** A layer whose weights meet its input at every output pixel; dense layers have one pixel. */
export interface LinearLayer {
  readonly lanes: number;
  readonly rows: number;
  readonly units: number;
  /** [row][unit]; 0 where there is no weight. */
  readonly weights: Float32Array;
  readonly bias?: Float32Array | undefined;
  /** The feature that each row stands for, from the pixel's own on. */
  readonly places: readonly number[];
  readonly inPixels: readonly number[];
  readonly outPixels: readonly number[];
}

/** Calls with every weight at every pixel and lane: indices of weight, input and output. */
function visit(
  { lanes, rows, units, places, inPixels, outPixels }: LinearLayer,
  at: (weight: number, input: number, output: number) => void,
): void {
  for (let p = 0; p < inPixels.length; p++) {
    for (let row = 0; row < rows; row++) {
      const input = (inPixels[p]! + places[row]!) * lanes;
      for (let unit = 0; unit < units; unit++) {
        const output = (outPixels[p]! + unit) * lanes;
        for (let lane = 0; lane < lanes; lane++) at(row * units + unit, input + lane, output + lane);
      }
    }
  }
}

/** y = W x + b at every pixel: [pixel and unit][lane]. */
export function linear(layer: LinearLayer, x: Float32Array, rectifies: boolean): Float64Array {
  const { lanes, units, weights, bias, outPixels } = layer;
  const outputs = outPixels.length * units * lanes;
  const y = Float64Array.from({ length: outputs }, (_, i) => bias?.[Math.floor(i / lanes) % units] ?? 0);
  visit(layer, (weight, input, output) => {
    y[output]! += weights[weight]! * x[input]!;
  });
  return rectifies ? y.map((value) => Math.max(value, 0)) : y;
}

/** By weights, whether there is one or not, by the bias, and by the input. */
export function linearBack(layer: LinearLayer, x: Float32Array, dy: Float32Array) {
  const { lanes, rows, units, weights } = layer;
  const byWeights = new Float64Array(rows * units);
  const byBias = new Float64Array(units);
  const dx = new Float64Array(x.length);
  visit(layer, (weight, input, output) => {
    byWeights[weight]! += x[input]! * dy[output]!;
    dx[input]! += weights[weight]! * dy[output]!;
  });
  dy.forEach((delta, i) => {
    byBias[Math.floor(i / lanes) % units]! += delta;
  });
  return { byWeights, byBias, dx };
}
