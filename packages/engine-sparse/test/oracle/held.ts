import type { Operands } from './operands.js';

/** A batch whose tiles are held: [tile][feature][lane], with inputs and deltas among the features. */
interface HeldBatch {
  readonly lanes: number;
  readonly tiles: number;
  readonly features: number;
  readonly values: Float32Array;
}

/** Where a layer's gradient comes from. */
export interface Source {
  readonly batches: readonly HeldBatch[];
  /** First feature of the inputs and of the deltas. */
  readonly x: number;
  readonly dy: number;
  /** By pixel: what is added to both. */
  readonly inPixels: readonly number[];
  readonly outPixels: readonly number[];
}

/** The gradient by the weight between an input feature and a unit: products summed over batches, pixels, examples. */
export function gradientAt(source: Source, feature: number, unit: number): number {
  const { batches, x, dy, inPixels, outPixels } = source;
  let sum = 0;
  for (const { lanes, tiles, features, values } of batches) {
    for (let tile = 0; tile < tiles; tile++) {
      for (let p = 0; p < inPixels.length; p++) {
        const left = tile * features + x + inPixels[p]! + feature;
        const right = tile * features + dy + outPixels[p]! + unit;
        for (let lane = 0; lane < lanes; lane++) {
          sum += values[left * lanes + lane]! * values[right * lanes + lane]!;
        }
      }
    }
  }
  return sum;
}

/** The gradient at every position: [row][unit]. */
export function denseGradient(source: Source, places: readonly number[], units: number): Float64Array {
  const gradient = new Float64Array(places.length * units);
  places.forEach((feature, row) => {
    for (let unit = 0; unit < units; unit++) gradient[row * units + unit] = gradientAt(source, feature, unit);
  });
  return gradient;
}

/** Batches of a layer that `rows` input features and as many units per pixel meet in. */
export function heldSource(
  operands: Operands,
  shape: { readonly rows: number; readonly units: number; readonly pixels: number },
  rounds: readonly { readonly lanes: number; readonly tiles: number }[],
  exact: boolean,
): Source {
  const { rows, units, pixels } = shape;
  const inPixels = Array.from({ length: pixels }, (_, p) => p);
  const outPixels = Array.from({ length: pixels }, (_, p) => p * units);
  const x = 2;
  // The last pixel's window ends so many features on; one more lies between inputs and deltas.
  const dy = x + pixels + rows;
  const features = dy + pixels * units;
  // Runs of features are of different sizes, or bounds would never pass over a block.
  let size = 4;
  const sizes = Array.from({ length: features }, () => {
    if (operands.below(8) === 0) size = operands.below(5);
    return size;
  });
  // Where features are constant, products reach their bounds.
  const levels = operands.below(2) ? sizes.map((most) => operands.integers(1, 3 * most)[0]!) : undefined;
  const drawn = (feature: number, lanes: number) => {
    if (!exact) return operands.floats(lanes);
    return levels ? Array<number>(lanes).fill(levels[feature]!) : operands.integers(lanes, sizes[feature]);
  };
  const batches = rounds.map(({ lanes, tiles }) => {
    const values = new Float32Array(tiles * features * lanes);
    for (let i = 0; i < tiles * features; i++) values.set(drawn(i % features, lanes), i * lanes);
    return { lanes, tiles, features, values };
  });
  return { batches, x, dy, inPixels, outPixels };
}
