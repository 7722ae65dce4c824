import type { Architecture } from './architecture.js';
import type { Clock } from './clock.js';
import type { Batch } from './data.js';
import type { Factors, LayerDescription } from './layers.js';
import type { Positions, Proposal, Signal } from './positions.js';
import type { RandomStream } from './random.js';
import type { SlotPolicy } from './recipe.js';

/** What an engine trains: an architecture of ours, or a model of the engine's own kind. */
export type Network =
  | {
      /** A network as plain data. */
      readonly architecture: Architecture;
    }
  | {
      /** A model of the engine's own kind, such as a tf.LayersModel. */
      readonly model: unknown;
    };

/**
 * Mean over the batch of the softmax cross-entropy of logits, or of the squared error over all outputs; `output-sum` is
 * the plain sum of all outputs of a batch, without labels, for scores at the start.
 */
export type Loss = 'cross-entropy' | 'mean-squared-error' | 'output-sum';

/** The step size over the run; see `learningRateAt` for the formulae. */
export type LearningRateSchedule =
  | {
      /** The rate stays. */
      readonly use: 'constant';
      /** Share of the run in [0, 1) over which the rate rises from 0. Default 0. */
      readonly warmup?: number;
    }
  | {
      /** The rate falls along half a cosine. */
      readonly use: 'cosine';
      /** The rate at the end. Default 0. */
      readonly minimum?: number;
      /** Share of the run in [0, 1) over which the rate rises from 0. Default 0. */
      readonly warmup?: number;
    }
  | {
      /** The rate is multiplied by a factor every so many epochs. */
      readonly use: 'step';
      /** Epochs between reductions, at least 1. */
      readonly every: number;
      /** What the rate is multiplied by. */
      readonly factor: number;
      /** Share of the run in [0, 1) over which the rate rises from 0. Default 0. */
      readonly warmup?: number;
    };

/** An optimizer and its settings. Weight decay applies to kernels only, at active positions only. */
export interface OptimizerOptions {
  /** `sgd` and `adam` add weightDecay x w to the gradient; `adamw` decays the weights themselves by learningRate x weightDecay. */
  readonly use: 'sgd' | 'adam' | 'adamw';
  /** Step size before the schedule, above 0. */
  readonly learningRate: number;
  /** sgd: v = momentum x v + g, w -= learningRate x v. Default 0. */
  readonly momentum?: number;
  /** sgd: w -= learningRate x (g + momentum x v). Default false. */
  readonly nesterov?: boolean;
  /** Default 0. */
  readonly weightDecay?: number;
  /** adam, adamw: default 0.9. */
  readonly beta1?: number;
  /** adam, adamw: default 0.999. */
  readonly beta2?: number;
  /** adam, adamw: added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Default constant. */
  readonly schedule?: LearningRateSchedule;
}

/** How one maskable layer starts. */
export interface StartLayer {
  /** The layer's, as {@link EngineFactory.inspect} gives it. */
  readonly name: string;
  /** Active positions, ascending; all of them for a layer kept dense. */
  readonly active: Positions;
  /** Values aligned with `active`; without them the model's own weights are kept. */
  readonly weights?: Float32Array;
  /** With {@link EngineRequest.latent}: the value of every position; those of active ones equal `weights`. */
  readonly latent?: Float32Array;
  /** With {@link EngineRequest.latent}: see {@link TopologyChange.trained}. */
  readonly trained?: Positions | 'all';
}

/**
 * Values off the mask: the forward pass and the gradients by activations see active weights only, but every position
 * keeps a value and optimizer slots, and the gradient by the effective weight also moves the trained inactive ones.
 */
export interface LatentOptions {
  /** Added to the gradient of active and of trained inactive weights, times the weight; optimizer weight decay stays with active ones. */
  readonly decay: {
    /** For active weights. */
    readonly active: number;
    /** For trained inactive weights. */
    readonly inactive: number;
  };
}

/** Everything an engine needs to begin. Biases and shifts start at 0, scales at 1, for architectures of ours. */
export interface EngineRequest {
  /** What is trained. */
  readonly network: Network;
  /** What is minimised. */
  readonly loss: Loss;
  /** How weights move. */
  readonly optimizer: OptimizerOptions;
  /** One per layer that {@link EngineFactory.inspect} lists, in its order. */
  readonly start: readonly StartLayer[];
  /**
   * Keyed streams; dropout uses purpose `dropout`, the node's name and the step, one uniform number per value
   * of the batch in row-major order; a value is dropped where the number is below the rate.
   */
  readonly random: (purpose: string, name: string, step: number) => RandomStream;
  /** Asked of engines that supply the signal `weight` only. Default: no values off the mask. */
  readonly latent?: LatentOptions;
}

/** How a training step is to be taken. */
export interface StepRequest {
  /** The step that is taken. */
  readonly clock: Clock;
  /** The step size of this step, schedule included. */
  readonly learningRate: number;
  /** Signals that must be readable when the step returns. */
  readonly signals: ReadonlySet<Signal>;
  /** False on update steps that leave the optimizer step out. Batch statistics move all the same. */
  readonly updateWeights: boolean;
  /** Whether this step's gradient signal is added to the one held from the step before. */
  readonly accumulate: boolean;
}

/** The result of a training step. */
export interface StepResult {
  /** Mean loss of the batch, before the weights changed. */
  readonly loss: number;
}

/** Sums over one evaluation batch. */
export interface EvaluationSums {
  /** Examples in the batch. */
  readonly examples: number;
  /** Sum of the examples' losses. */
  readonly loss: number;
  /** Correctly classified examples; absent for regression. */
  readonly correct?: number;
}

/** One layer's net change of topology. */
export interface TopologyChange {
  /** The layer's name. */
  readonly layer: string;
  /** Active before, not after. */
  readonly pruned: Positions;
  /** Active after, not before. */
  readonly grown: Positions;
  /** Values of `grown`. */
  readonly grownValues: Float32Array;
  /** Active before and after, but starting anew: value and slots as if grown. */
  readonly restarted: Positions;
  /** Values of `restarted`. */
  readonly restartedValues: Float32Array;
  /** What the optimizer slots of grown and restarted weights become. Slots of pruned ones become 0 (stay, with `keep`). */
  readonly slots: SlotPolicy;
  /**
   * With {@link EngineRequest.latent}: the inactive positions that the optimizer moves from now on. Values of pruned
   * positions stay. Left out: as before.
   */
  readonly trained?: Positions | 'all';
}

/** One maskable layer inside an engine. Engines know nothing of plans. */
export interface EngineLayer extends LayerDescription {
  /** Active positions, ascending. Not to be written to. */
  readonly active: Positions;
  /** A copy of the active weights, aligned with `active`. */
  weights(): Float32Array;
  /**
   * Replaces the active weights.
   * @param values - aligned with `active`
   * @throws TypeError for another number of values
   */
  setWeights(values: Float32Array): void;
  /**
   * A signal of the last step at some positions.
   * @returns one value per position
   * @throws TypeError where the last step was not asked for the signal, or for `momentum` at inactive positions
   */
  signal(name: Signal, positions: Positions): Float32Array;
  /**
   * The positions outside `excluded` with the largest absolute signal, of equal ones the lower position.
   * @param limit - at most so many
   * @param excluded - ascending
   * @param atLeast - leave out what is below it; 0 leaves out nothing
   * @returns ascending positions, scored by the absolute signal
   */
  strongest(name: Signal, limit: number, excluded: Positions, atLeast: number): Proposal;
  /** Visits the signal at every position, block by block in ascending order. */
  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void;
  /** See {@link LayerView.factors}; in engines that supply the signal `factors`. */
  factors?(sign?: (example: number) => 1 | -1): Factors;
}

/** One tensor of an engine's state. */
export interface StateTensor {
  /** Dense shape, also of a sparse tensor. */
  readonly shape: readonly number[];
  /** All values, or with `positions` those of the active ones. */
  readonly data: Float32Array | Float64Array | Uint32Array;
  /** Active positions of a sparse tensor. */
  readonly positions?: Positions;
}

/** An engine's whole state: a new engine of the same request that loads it goes on as this one would. */
export interface EngineState {
  /** Parameters by name (`fc1/kernel`, `fc1/bias`, `bn1/moving_mean`, ...). */
  readonly parameters: Readonly<Record<string, StateTensor>>;
  /** Optimizer slots by `SLOT/PARAMETER`. */
  readonly slots: Readonly<Record<string, StateTensor>>;
}

/** What computes: forward, backward, optimizer, storage. It owns its optimizer. */
export interface Engine {
  /** The factory's, e.g. `tfjs`. */
  readonly name: string;
  /** What it computes on, e.g. `wasm`. */
  readonly backend: string;
  /** How many threads compute; 1 where the engine does not know. */
  readonly threads: number;
  /** Signals that it can supply. */
  readonly signals: ReadonlySet<Signal>;
  /** In the order of {@link EngineFactory.inspect}. */
  readonly layers: readonly EngineLayer[];
  /**
   * One batch forward and backward, and unless told otherwise the optimizer.
   * @throws EspalierError ESPALIER_ENGINE_REFUSES for a signal that it does not supply, ESPALIER_DISPOSED
   */
  trainStep(batch: Batch, request: StepRequest): StepResult | Promise<StepResult>;
  /**
   * Commits net changes: masks, weights, optimizer slots.
   * @throws EspalierError ESPALIER_UNKNOWN_LAYER, before anything is changed
   * @throws TypeError where two changes name the same layer
   */
  applyTopology(changes: readonly TopologyChange[]): void;
  /** One batch forward, with moving statistics and without dropout. */
  evaluate(batch: Batch): EvaluationSums | Promise<EvaluationSums>;
  /**
   * The network's outputs (logits, for classifiers) for some inputs, with moving statistics and without dropout.
   * @param inputs - row-major, shape [size, ...inputShape]
   * @returns row-major, shape [size, outputs]
   */
  predict?(inputs: Float32Array, size: number): Float32Array | Promise<Float32Array>;
  /** A copy of the state. */
  save(): EngineState | Promise<EngineState>;
  /** Takes over a state that {@link Engine.save} gave; topology, weights and slots are then equal to it. */
  load(state: EngineState): void;
  /** Frees everything; harmless when repeated. */
  dispose(): void;
}

/** How engines come into being. */
export interface EngineFactory {
  /** How configurations name the engine, e.g. `tfjs`. */
  readonly name: string;
  /** Signals that the engine can supply. */
  readonly signals: ReadonlySet<Signal>;
  /** What its engines compute on, e.g. `wasm`; left out where only a made engine knows. */
  readonly backend?: string;
  /** Sentences on what it runs on and why, such as which backends were passed over. Default none. */
  readonly notes?: readonly string[];
  /**
   * The maskable layers of a network, in forward order.
   * @throws EspalierError where the network is not one the engine understands
   */
  inspect(network: Network): readonly LayerDescription[];
  /**
   * Sentences saying what in the network the engine can't run; empty where it can.
   * @param loss - what the network is to be trained with: whether the engine can do that too
   */
  refuses(network: Network, loss?: Loss): readonly string[];
  /**
   * Makes an engine whose network starts as the request says.
   * @throws EspalierError ESPALIER_ENGINE_REFUSES where the engine can't run the network or the loss
   */
  create(request: EngineRequest): Promise<Engine>;
}
