/** What a loss says of one tile. */
export interface Judgement {
  readonly sum: number;
  /** [output][lane]: by the outputs, of the batch's loss. */
  readonly delta: Float64Array;
  readonly correct: number;
}

/** A tile of a batch: its first example, and how many the whole batch has. */
export interface TileOfBatch {
  readonly outputs: number;
  readonly lanes: number;
  readonly from: number;
  readonly examples: number;
  /** [output][lane] */
  readonly values: Float32Array;
}

/** -log softmax at the label; the batch's loss is the mean. */
export function crossEntropy(tile: TileOfBatch, labels: readonly number[]): Judgement {
  const { outputs, lanes, from, examples, values } = tile;
  const delta = new Float64Array(outputs * lanes);
  let sum = 0;
  let correct = 0;
  for (let lane = 0; lane < lanes && from + lane < examples; lane++) {
    const label = labels[from + lane]!;
    const logits = Array.from({ length: outputs }, (_, o) => values[o * lanes + lane]!);
    const largest = Math.max(...logits);
    const total = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    sum += Math.log(total) + largest - logits[label]!;
    if (logits.indexOf(largest) === label) correct++;
    for (let o = 0; o < outputs; o++) {
      const probability = Math.exp(logits[o]! - largest) / total;
      delta[o * lanes + lane] = (probability - (o === label ? 1 : 0)) / examples;
    }
  }
  return { sum, delta, correct };
}

/** @param targets - [examples, outputs] */
export function meanSquaredError(tile: TileOfBatch, targets: Float32Array): Omit<Judgement, 'correct'> {
  const { outputs, lanes, from, examples, values } = tile;
  const delta = new Float64Array(outputs * lanes);
  let sum = 0;
  for (let lane = 0; lane < lanes && from + lane < examples; lane++) {
    for (let o = 0; o < outputs; o++) {
      const error = values[o * lanes + lane]! - targets[(from + lane) * outputs + o]!;
      sum += error ** 2 / outputs;
      delta[o * lanes + lane] = (2 * error) / (outputs * examples);
    }
  }
  return { sum, delta };
}

/** The sum of all outputs; not divided by the number of examples. */
export function outputSum(tile: TileOfBatch): Omit<Judgement, 'correct'> {
  const { outputs, lanes, from, examples, values } = tile;
  const delta = new Float64Array(outputs * lanes);
  let sum = 0;
  for (let lane = 0; lane < lanes && from + lane < examples; lane++) {
    for (let o = 0; o < outputs; o++) {
      sum += values[o * lanes + lane]!;
      delta[o * lanes + lane] = 1;
    }
  }
  return { sum, delta };
}
