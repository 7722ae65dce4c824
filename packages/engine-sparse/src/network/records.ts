/** Bytes of one record of a program. */
export const RECORD_BYTES = 128;
const WORDS = RECORD_BYTES / 4;

const KINDS = {
  input: 0,
  linear: 1,
  activation: 2,
  dropout: 3,
  copy: 4,
  mask: 5,
  zero: 6,
  pad: 7,
  pool: 8,
  batchNorm: 9,
} as const;

/** Bits of the word `flags`: whether gradients are added to what stands there, and what ReLU asks for. */
export const FLAGS = { adds: 1, masksInput: 2, rectifies: 4 } as const;

/** Which word of a record each field is; fields of different kinds share words, as in assembly/. */
const FIELDS = {
  x: 1,
  y: 2,
  dx: 3,
  dy: 4,
  flags: 19,
  // elementwise
  features: 5,
  first: 6,
  // linear
  units: 5,
  rows: 6,
  rowStarts: 7,
  rowUnits: 8,
  unitGradients: 9,
  gradients: 10,
  stride: 11,
  unitStarts: 12,
  unitFeatures: 13,
  unitValues: 14,
  places: 15,
  bias: 16,
  biasGradients: 17,
  biasStride: 18,
  runs: 20,
  runCount: 21,
  inStep: 22,
  permutation: 23,
  backStarts: 24,
  backUnits: 25,
  backValues: 26,
  backRows: 27,
  backRuns: 28,
  backRunCount: 29,
  backStep: 30,
  // pad
  height: 5,
  row: 6,
  paddedRow: 7,
  before: 8,
  paddedFeatures: 9,
  // pool
  outputs: 5,
  starts: 6,
  sources: 7,
  inputs: 8,
  averages: 9,
  pixel: 10,
  covers: 11,
  targets: 12,
  // batchNorm
  channels: 6,
  sums: 7,
  statistics: 8,
  gamma: 9,
  beta: 10,
  gammaGradients: 11,
  betaGradients: 12,
  gradientStride: 13,
  movingMean: 14,
  movingVariance: 15,
  ofBatch: 16,
} as const;

/** Fields that are floats. */
const FLOATS = { scale: 7, epsilon: 17 } as const;

/** The fields of a record by name. */
export type Fields = Partial<Record<keyof typeof FIELDS | keyof typeof FLOATS, number>>;

/** One operation of a program, as the kernels read it. */
export interface OperationRecord {
  readonly kind: keyof typeof KINDS;
  readonly fields: Fields;
}

/** Writes a record. */
export function writeRecord({ kind, fields }: OperationRecord, words: Uint32Array): void {
  words.fill(0, 0, WORDS);
  words[0] = KINDS[kind];
  const floats = new Float32Array(words.buffer, words.byteOffset, WORDS);
  for (const [name, value] of Object.entries(fields)) {
    if (name in FLOATS) floats[FLOATS[name as keyof typeof FLOATS]] = value;
    else words[FIELDS[name as keyof typeof FIELDS]] = value;
  }
}
