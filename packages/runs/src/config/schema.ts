import { z } from 'zod';

const name = z.string().min(1);
const named = (use: string) =>
  z
    .object({ use: name.default(use) })
    .catchall(z.json())
    .prefault({});
/** A slot's choice: without `use` it changes options of what the method chose. */
const choice = z.object({ use: name.exactOptional() }).catchall(z.json()).exactOptional();
const requiredChoice = z.object({ use: name }).catchall(z.json());
const share = z.number().min(0).max(1);
const positive = z.number().gt(0);
const count = z.int().min(1);

const regrowEntry = z
  .object({
    use: name,
    share: share.exactOptional(),
    spread: z.enum(['by-count', 'by-room', 'drawn']).exactOptional(),
  })
  .catchall(z.json());
const regrow = z
  .union([z.array(regrowEntry).min(1), z.object({ use: name.exactOptional() }).catchall(z.json())], {
    error: 'a name, { use: name, ...options }, or a list of these with shares',
  })
  .exactOptional();

const optionalSlot = z.object({ use: name.exactOptional() }).catchall(z.json()).nullable().exactOptional();

/** Slots that a round of an update may replace. */
const roundSlots = { drop: choice, prune: choice, pruneQuota: choice, redistribute: choice, regrow };

/** Every slot that holds one choice, for names written as plain strings. */
export const SLOTS = {
  allocate: choice,
  topology: choice,
  weights: choice,
  trigger: choice,
  densitySchedule: choice,
  ...roundSlots,
  grownValue: choice,
  hook: optionalSlot,
  structure: optionalSlot,
  backward: optionalSlot,
};

/** One round of the switch `rounds`. */
export const ROUND = z.strictObject(roundSlots);

/** The recipe's switches. */
const SWITCHES = {
  order: z.enum(['prune-regrow', 'regrow-prune']).exactOptional(),
  regrowPruned: z.enum(['keep', 'restart', 'never']).exactOptional(),
  skipOptimizerStep: z.boolean().exactOptional(),
  slots: z
    .discriminatedUnion('use', [
      z.strictObject({ use: z.enum(['zero', 'keep', 'layerMean']) }),
      z.strictObject({ use: z.literal('seed'), scale: z.number() }),
    ])
    .exactOptional(),
  minDensity: share.exactOptional(),
  accumulate: count.exactOptional(),
  rounds: z.array(ROUND).min(1).exactOptional(),
};

const warmup = z.number().min(0).lt(1).default(0);

/** The learning-rate schedules by name. */
export const SCHEDULES = {
  constant: z.strictObject({ use: z.literal('constant'), warmup }),
  cosine: z.strictObject({ use: z.literal('cosine'), minimum: z.number().min(0).default(0), warmup }),
  step: z.strictObject({ use: z.literal('step'), every: count, factor: positive, warmup }),
};
const schedule = z
  .discriminatedUnion('use', [SCHEDULES.constant, SCHEDULES.cosine, SCHEDULES.step])
  .prefault({ use: 'cosine' });

const beta = z.number().min(0).lt(1);
const adam = (weightDecay: number) => ({
  learningRate: positive.default(0.001),
  beta1: beta.default(0.9),
  beta2: beta.default(0.999),
  epsilon: positive.default(1e-8),
  weightDecay: z.number().min(0).default(weightDecay),
  schedule,
});

/** The optimizers by name. */
export const OPTIMIZERS = {
  sgd: z.strictObject({
    use: z.literal('sgd'),
    learningRate: positive.default(0.1),
    momentum: beta.default(0.9),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(0.0005),
    schedule,
  }),
  adam: z.strictObject({ use: z.literal('adam'), ...adam(0) }),
  adamw: z.strictObject({ use: z.literal('adamw'), ...adam(0.01) }),
};

/** `density` and `sparsity` are checked for their range apart, since that has an error code of its own. */
export const SPARSITY = z.strictObject({
  density: z.number().exactOptional(),
  sparsity: z.number().exactOptional(),
  keepDense: z.array(name).default([]),
  budgetIncludesDense: z.boolean().default(false),
});

/** What the best weights are judged by, and when waiting for better ones is over. */
const BEST = z.strictObject({
  split: name.default('validation'),
  metric: z.enum(['loss', 'accuracy']).default('loss'),
  patience: count.nullable().default(null),
});

/** How long and in which portions. */
export const TRAIN = z.strictObject({
  epochs: count.default(10),
  batchSize: count.default(32),
  evaluateEvery: count.default(1),
  loss: z.enum(['cross-entropy', 'mean-squared-error']).exactOptional(),
  best: BEST.exactOptional(),
});

const denseState = z.enum(['refuse', 'allow']).exactOptional();

/** Backend, threads and the like may stand beside the engine's name, or at the top. */
export const ENGINE = z.strictObject({
  use: name.default('auto'),
  backend: name.exactOptional(),
  threads: count.exactOptional(),
  denseState,
});

/** The trained weights that a run starts from. */
const FROM = z.strictObject({
  directory: name,
  topology: z.enum(['magnitude', 'given']).default('magnitude'),
  weights: z.enum(['model', 'best']).default('model'),
  rewind: z.boolean().default(false),
});

/** A whole configuration, its names already written as `{ use }`. The keys' order is that of `run.yaml`. */
export const CONFIG = z.strictObject({
  seed: z.int().min(0).default(0),
  engine: ENGINE.prefault({}),
  backend: name.exactOptional(),
  threads: count.exactOptional(),
  denseState,
  data: named('fashion-mnist-mini'),
  architecture: named('lenet-300-100'),
  sparsity: SPARSITY.prefault({}),
  method: named('ggr'),
  ...SLOTS,
  ...SWITCHES,
  optimizer: z
    .discriminatedUnion('use', [OPTIMIZERS.sgd, OPTIMIZERS.adam, OPTIMIZERS.adamw])
    .prefault({ use: 'sgd' }),
  train: TRAIN.prefault({}),
  from: FROM.exactOptional(),
  plugins: z.array(name).default([]),
  observers: z.array(requiredChoice).default([]),
  out: name.exactOptional(),
});
