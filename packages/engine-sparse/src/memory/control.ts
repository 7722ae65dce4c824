/**
 * Words of shared memory through which the main thread says what is to be done, as byte addresses. The kernels have
 * the same numbers in assembly/control.ts.
 */
export const CONTROL = {
  sequence: 1024,
  threads: 1036,
  failed: 1040,
  command: 1044,
  bad: 1048,
  forward: 1052,
  forwardCount: 1056,
  backward: 1060,
  backwardCount: 1064,
  lanes: 1068,
  tiles: 1072,
  examples: 1076,
  holds: 1080,
  arenas: 1084,
  arenaFeatures: 1088,
  inputs: 1092,
  inputFeatures: 1096,
  answers: 1100,
  lossKind: 1104,
  lossValue: 1108,
  lossDelta: 1112,
  lossFeatures: 1116,
  lossSums: 1120,
  correct: 1124,
  training: 1128,
  updates: 1132,
  parameters: 1136,
  parameterCount: 1140,
  optimizer: 1144,
  learningRate: 1148,
  momentum: 1152,
  weightDecay: 1156,
  beta1: 1160,
  beta2: 1164,
  epsilon: 1168,
  corrections: 1172,
  correctionCount: 1176,
  normalises: 1180,
  shares: 1184,
  signal: 1280,
} as const;

/** What the kernels can be told to do. */
export const COMMANDS = {
  exit: 0,
  train: 1,
  evaluate: 2,
  sample: 3,
  strongest: 4,
  pack: 5,
  scan: 6,
  optimize: 7,
  count: 8,
} as const;

/** From here on memory is ours to give out: below lie the control words and the kernels' own data. */
export const FIRST_FREE = 65536;

/** The kernels have scratch for so many. */
export const MOST_THREADS = 64;
