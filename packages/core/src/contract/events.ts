import type { Clock } from './clock.js';
import type { LayerShape } from './layers.js';
import type { Positions, Signal } from './positions.js';
import type { ExpandedRecipe } from './recipe.js';
import type { Json } from './strategies.js';

/** Facts of one maskable layer at the start of a run. */
export interface LayerFacts {
  /** Unique in the network, e.g. `dense_1/kernel`. */
  readonly name: string;
  /** Canonical shape, see {@link LayerKind}. */
  readonly shape: readonly number[];
  /** Number of positions. */
  readonly size: number;
  /** Active positions. */
  readonly nonZeros: number;
  /** Whether the layer is kept dense, outside the budget. */
  readonly dense: boolean;
}

/** The first event of a run, or of its continuation. */
export interface RunStartEvent {
  /** Tells events apart. */
  readonly type: 'run:start';
  /** Where the run starts or goes on, from 0. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
  /** Epochs of the whole run. */
  readonly epochs: number;
  /** Steps of one epoch. */
  readonly stepsPerEpoch: number;
  /** The key of all randomness. */
  readonly seed: number;
  /** What computes. */
  readonly engine: {
    /** The engine's, e.g. `tfjs`. */
    readonly name: string;
    /** What it computes on, e.g. `wasm`. */
    readonly backend: string;
    /** How many threads compute. */
    readonly threads: number;
  };
  /** Density of the layers not kept dense, in (0, 1]. */
  readonly density: {
    /** As configured, or as the method imposes. */
    readonly requested: number;
    /** Active weights over positions, after rounding. */
    readonly actual: number;
  };
  /** Integer total of active weights over the layers not kept dense. */
  readonly budget: number;
  /** Every slot and switch of the method, spelled out. */
  readonly recipe: ExpandedRecipe;
  /** Every maskable layer, those kept dense too. */
  readonly layers: readonly LayerFacts[];
}

/** One training batch was taken. */
export interface StepEvent {
  /** Tells events apart. */
  readonly type: 'step';
  /** From 0. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** Mean loss of the batch, before the weights changed. */
  readonly loss: number;
  /** The step size that was used, schedule included. */
  readonly learningRate: number;
}

/** An epoch ended. */
export interface EpochEvent {
  /** Tells events apart. */
  readonly type: 'epoch';
  /** The epoch's last step, from 0. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** Mean of the steps' losses over the epoch. */
  readonly loss: number;
}

/** What a topology update did to one layer. */
export interface LayerUpdateFacts {
  /** The layer's. */
  readonly name: string;
  /** Weights active before and not after. */
  readonly pruned: number;
  /** Weights active after and not before. */
  readonly grown: number;
  /** Pruned and regrown in the same update. */
  readonly returned: number;
  /** Active positions before the update. */
  readonly nonZerosBefore: number;
  /** Active positions after it. */
  readonly nonZerosAfter: number;
  /** On request: which positions left and came. */
  readonly positions?: {
    /** Active before, not after; ascending. */
    readonly pruned: readonly number[];
    /** Active after, not before; ascending. */
    readonly grown: readonly number[];
  };
}

/** The topology changed. */
export interface TopologyUpdateEvent {
  /** Tells events apart. */
  readonly type: 'topology:update';
  /** The step that the update ended, from 0. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** Counts updates from 0. */
  readonly updateIndex: number;
  /** The share of active weights that was to be pruned, in [0, 1]; of the first round. */
  readonly dropFraction: number;
  /** Integer total of active weights of the sparse layers, as it is now. */
  readonly budget: number;
  /** Over all layers. */
  readonly pruned: number;
  /** Over all layers. */
  readonly grown: number;
  /** Over all layers. */
  readonly returned: number;
  /** The sparse layers, in the network's order. */
  readonly layers: readonly LayerUpdateFacts[];
}

/** The network was evaluated. */
export interface EvaluationEvent {
  /** Tells events apart. */
  readonly type: 'evaluation';
  /** The step that the evaluation follows, from 0; with `Trainer.evaluate`, the number of steps taken. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** Which split of the data set, e.g. `test`. */
  readonly split: string;
  /** Mean over the examples. */
  readonly loss: number;
  /** Share of examples classified correctly, in [0, 1]; absent for regression. */
  readonly accuracy?: number;
  /** How many there were. */
  readonly examples: number;
}

/** The best weights so far were kept. */
export interface ImprovementEvent {
  /** Tells events apart. */
  readonly type: 'improvement';
  /** The step that the evaluation followed, from 0. */
  readonly step: number;
  /** From 0. */
  readonly epoch: number;
  /** What decided. */
  readonly split: string;
  /** What was measured: accuracy is to be high, loss low. */
  readonly metric: 'loss' | 'accuracy';
  /** The best so far. */
  readonly value: number;
}

/** Something that the user should know. */
export interface WarningEvent {
  /** Tells events apart. */
  readonly type: 'warning';
  /** The step that it is about, from 0. */
  readonly step: number;
  /** Stable name for filtering, e.g. `layer-at-floor`. */
  readonly kind: string;
  /** One sentence for people. */
  readonly message: string;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, Json>>;
}

/** A measurement made by an {@link Observer}. */
export interface MetricEvent {
  /** Tells events apart. */
  readonly type: 'metric';
  /** The step of the event that was answered. */
  readonly step: number;
  /** Who measured. */
  readonly observer: string;
  /** What was measured. */
  readonly name: string;
  /** A finite number, or one per layer. */
  readonly value: number | readonly number[];
}

/** The run is over, or was stopped at a step boundary. */
export interface RunEndEvent {
  /** Tells events apart. */
  readonly type: 'run:end';
  /** Steps taken in all. */
  readonly step: number;
  /** Updates committed in all. */
  readonly topologyUpdates: number;
  /** Whether all steps were taken. */
  /** `early-stopped`: waiting for an improvement was over. `stopped`: from outside; the run can be continued. */
  readonly outcome: 'completed' | 'early-stopped' | 'stopped';
}

/** Everything that training says; plain JSON facts. */
export type TrainEvent =
  | RunStartEvent
  | StepEvent
  | EpochEvent
  | TopologyUpdateEvent
  | EvaluationEvent
  | ImprovementEvent
  | WarningEvent
  | MetricEvent
  | RunEndEvent;

/** Takes a measurement: a finite number, or one per layer. */
export type Measure = (name: string, value: number | readonly number[]) => void;

/** Sees every event of a run in order and may answer with measurements. */
export interface Observer {
  /**
   * Sees one event; its time is the run's.
   * @param measure - what it is given becomes a `metric` event, except in answer to a `metric` event, which is an error
   */
  observe(event: TrainEvent, measure: Measure): void;
  /** Looks at the network itself, where events do not say enough. Default none. */
  readonly probe?: Probe;
  /** Called once when the run has ended or failed: close what is open. */
  close?(): void | Promise<void>;
}

/** A layer as a {@link Probe} sees it. Arrays must not be written to, nor be kept. */
export interface ProbedLayer extends LayerShape {
  /** Active positions, ascending. */
  readonly active: Positions;
  /** Whether the layer is kept dense. */
  readonly dense: boolean;
  /** A copy of the active weights, aligned with `active`. */
  weights(): Float32Array;
  /**
   * A signal of the step at some positions.
   * @param name - must be declared in the probe's `needs`
   */
  signal(name: Signal, positions: Positions): Float32Array;
  /** As {@link LayerView.scan}. */
  scan(name: Signal, visit: (first: number, values: Float32Array) => void): void;
}

/** Looks at the network between steps. */
export interface Probe {
  /** Signals that it reads. Default none. */
  readonly needs?: readonly Signal[];
  /**
   * Whether the probe looks at the step that the clock shows; asked before the step.
   * @param updates - whether the step ends with a topology update
   */
  due(clock: Clock, updates: boolean): boolean;
  /**
   * Called after the step: before its topology update where the probe has `needs`, after it where it has none. A probe
   * without `needs` is also called once before the first step of a run.
   * @param layers - every maskable layer, in the network's order
   */
  look(layers: readonly ProbedLayer[], clock: Clock, measure: Measure): void;
}
