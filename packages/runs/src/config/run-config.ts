import type { ExpandedChoice, Loss, OptimizerOptions, Options, RecipeSpec } from '@espalier/core';

/** A thing by name, with options. */
export type Named =
  | string
  | ({
      /** The name. */
      readonly use?: string;
    } & Options);

/** The learning rate over the run: `constant`, `cosine` or `step`, with options. */
export type ScheduleConfig =
  | 'constant'
  | 'cosine'
  | {
      /** Default `cosine`. */
      readonly use?: 'constant' | 'cosine' | 'step';
      /** Share of the run in [0, 1) over which the rate rises to its full value. Default 0. */
      readonly warmup?: number;
      /** `cosine`: the rate at the end. Default 0. */
      readonly minimum?: number;
      /** `step`: epochs between reductions. */
      readonly every?: number;
      /** `step`: what the rate is multiplied by. */
      readonly factor?: number;
    };

/** The optimizer, by name or with settings; those that are left out depend on the name. */
export type OptimizerConfig =
  | OptimizerOptions['use']
  | {
      /** Default `sgd`. */
      readonly use?: OptimizerOptions['use'];
      /** Default 0.1 for sgd, 0.001 for adam and adamw. */
      readonly learningRate?: number;
      /** sgd. Default 0.9. */
      readonly momentum?: number;
      /** sgd. Default false. */
      readonly nesterov?: boolean;
      /** Default 0.0005 for sgd, 0 for adam, 0.01 for adamw. */
      readonly weightDecay?: number;
      /** adam, adamw. Default 0.9. */
      readonly beta1?: number;
      /** adam, adamw. Default 0.999. */
      readonly beta2?: number;
      /** adam, adamw. Default 1e-8. */
      readonly epsilon?: number;
      /** Default `cosine`. */
      readonly schedule?: ScheduleConfig;
    };

/** The trained weights that a run starts from. */
export interface FromConfig {
  /** A run directory; relative to the run file's folder, else to the working directory. */
  readonly directory: string;
  /**
   * `magnitude` (default): the largest weights, as many per layer as the allocator says; `given`: the topology as it
   * stands there, whatever the density.
   */
  readonly topology?: 'magnitude' | 'given';
  /** `model` (default): the weights at the end; `best`: the best ones, where they were kept. */
  readonly weights?: 'model' | 'best';
  /**
   * Whether only the topology is taken: every weight starts anew, with the value that a dense network has there at the
   * start. With the seed of an earlier dense run those are the values which that run began with, a lottery ticket.
   * Default false.
   *
   * Paper: Frankle, Carbin, The Lottery Ticket Hypothesis, ICLR 2019, arXiv 1803.03635.
   */
  readonly rewind?: boolean;
}

/**
 * A run as it is configured: everything is optional. Slots and switches of the recipe (`regrow`, `drop`,
 * `regrowPruned`, ...) stand beside `method` and replace what the method chose.
 */
export interface RunConfig extends Omit<RecipeSpec, 'imposedDensity'> {
  /** Of weights, topology, data order and every other draw. Default 0. */
  readonly seed?: number;
  /** `auto` (default), `tfjs`, `reference`, ... */
  readonly engine?:
    | string
    | {
        /** Default `auto`. */
        readonly use?: string;
        /** The engine's own choice by default. */
        readonly backend?: string;
        /** The engine's own choice by default. */
        readonly threads?: number;
        /** See the key of the same name beside `engine`. */
        readonly denseState?: 'refuse' | 'allow';
      };
  /** Of the engine; its own choice by default. */
  readonly backend?: string;
  /** The engine's own choice by default. */
  readonly threads?: number;
  /**
   * Whether the engine `sparse` may keep state where there is no weight, for methods that read momentum there (signal
   * `denseMomentum`) or train values there (signal `weight`): memory then grows with the layers' sizes. Default `refuse`.
   */
  readonly denseState?: 'refuse' | 'allow';
  /** Default `fashion-mnist-mini`. */
  readonly data?: Named;
  /** Default `lenet-300-100`. */
  readonly architecture?: Named;
  /** How many weights the network has, and which layers stay dense. */
  readonly sparsity?: {
    /** Share of weights that are active, in (0, 1]. Default 0.1. */
    readonly density?: number;
    /** 1 - density, in its place. */
    readonly sparsity?: number;
    /** Globs of layers that stay dense. Default none. */
    readonly keepDense?: readonly string[];
    /** Whether layers kept dense count towards the density. Default false. */
    readonly budgetIncludesDense?: boolean;
  };
  /** Default `ggr`. */
  readonly method?: Named;
  /** How weights move. Default `sgd`. */
  readonly optimizer?: OptimizerConfig;
  /** How long, and in which portions. */
  readonly train?: {
    /** Default 10. */
    readonly epochs?: number;
    /** Default 32. */
    readonly batchSize?: number;
    /** Epochs between evaluations. Default 1. */
    readonly evaluateEvery?: number;
    /** By default what the data ask for. */
    readonly loss?: Exclude<Loss, 'output-sum'>;
    /** Keeps the best weights in a file of their own, and may end the run early. Default neither. */
    readonly best?: {
      /** The split that decides. Default `validation`, which the data option `validation` sets aside. */
      readonly split?: string;
      /** Default `loss`. */
      readonly metric?: 'loss' | 'accuracy';
      /** Evaluations without improvement after which the run ends; null, the default, never. */
      readonly patience?: number | null;
    };
  };
  /** Starts from the weights of an earlier run, dense or sparse; its directory, or with settings. */
  readonly from?: string | FromConfig;
  /** Packages or files of plugins. Default none. */
  readonly plugins?: readonly string[];
  /** Observers by name. Default none. */
  readonly observers?: readonly Named[];
  /** The run directory. */
  readonly out?: string;
}

/** A configuration that was checked, with every default filled in and every name spelled `{ use, ...options }`. */
export interface ResolvedConfig {
  /** The key of all randomness. */
  readonly seed: number;
  /** The engine's name, or `auto`. */
  readonly engine: string;
  /** Left out where the engine is to choose. */
  readonly backend?: string;
  /** Left out where the engine is to choose. */
  readonly threads?: number;
  /** See {@link RunConfig.denseState}; left out where nothing was said. */
  readonly denseState?: 'refuse' | 'allow';
  /** The data set by name. */
  readonly data: ExpandedChoice;
  /** The network by name. */
  readonly architecture: ExpandedChoice;
  /** How many weights the network has, and which layers stay dense. */
  readonly sparsity: {
    /** Share of weights that are active, in (0, 1]. */
    readonly density: number;
    /** Globs of layers that stay dense. */
    readonly keepDense: readonly string[];
    /** Whether layers kept dense count towards the density. */
    readonly budgetIncludesDense: boolean;
  };
  /** The method by name, with the options that were given. */
  readonly method: ExpandedChoice;
  /** The slots and switches that replace what the method chose. */
  readonly recipe: Omit<RecipeSpec, 'imposedDensity'>;
  /** How weights move. */
  readonly optimizer: OptimizerOptions;
  /** How long, and in which portions. */
  readonly train: {
    /** At least 1. */
    readonly epochs: number;
    /** Examples per training batch, at least 1. */
    readonly batchSize: number;
    /** Epochs between evaluations. */
    readonly evaluateEvery: number;
    /** Left out where the data decide. */
    readonly loss?: Exclude<Loss, 'output-sum'>;
    /** Left out where the best weights are not kept. */
    readonly best?: {
      /** The split that decides. */
      readonly split: string;
      /** What it decides by. */
      readonly metric: 'loss' | 'accuracy';
      /** Evaluations without improvement after which the run ends; null for never. */
      readonly patience: number | null;
    };
  };
  /** The trained weights that the run starts from, if any. */
  readonly from?: Required<FromConfig>;
  /** Packages or files of plugins. */
  readonly plugins: readonly string[];
  /** Observers by name. */
  readonly observers: readonly ExpandedChoice[];
  /** The run directory, if one is to be written. */
  readonly out?: string;
}

/** Gives a configuration its type, for completion in run files written in TypeScript. */
export function defineConfig(config: RunConfig): RunConfig {
  return config;
}
