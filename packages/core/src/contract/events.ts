import type { ExpandedRecipe } from './recipe.js';
import type { Json } from './strategies.js';

/** Facts of one maskable layer at the start of a run. */
export interface LayerFacts {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly nonZeros: number;
  /** Whether the layer is kept dense, outside the budget. */
  readonly dense: boolean;
}

/** The first event of a run, or of its continuation. */
export interface RunStartEvent {
  readonly type: 'run:start';
  readonly step: number;
  readonly totalSteps: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly seed: number;
  readonly engine: { readonly name: string; readonly backend: string; readonly threads: number };
  readonly density: { readonly requested: number; readonly actual: number };
  /** Integer total of active weights over the layers not kept dense. */
  readonly budget: number;
  readonly recipe: ExpandedRecipe;
  readonly layers: readonly LayerFacts[];
}

/** One training batch was taken. */
export interface StepEvent {
  readonly type: 'step';
  readonly step: number;
  readonly epoch: number;
  /** Mean loss of the batch, before the weights changed. */
  readonly loss: number;
  readonly learningRate: number;
}

/** An epoch ended. */
export interface EpochEvent {
  readonly type: 'epoch';
  readonly step: number;
  readonly epoch: number;
  /** Mean of the steps' losses over the epoch. */
  readonly loss: number;
}

/** What a topology update did to one layer. */
export interface LayerUpdateFacts {
  readonly name: string;
  readonly pruned: number;
  readonly grown: number;
  /** Pruned and regrown in the same update. */
  readonly returned: number;
  readonly nonZerosBefore: number;
  readonly nonZerosAfter: number;
  /** On request: which positions left and came. */
  readonly positions?: { readonly pruned: readonly number[]; readonly grown: readonly number[] };
}

/** The topology changed. */
export interface TopologyUpdateEvent {
  readonly type: 'topology:update';
  readonly step: number;
  readonly epoch: number;
  /** Counts updates from 0. */
  readonly updateIndex: number;
  readonly dropFraction: number;
  readonly budget: number;
  readonly pruned: number;
  readonly grown: number;
  readonly returned: number;
  readonly layers: readonly LayerUpdateFacts[];
}

/** The network was evaluated. */
export interface EvaluationEvent {
  readonly type: 'evaluation';
  readonly step: number;
  readonly epoch: number;
  readonly split: string;
  readonly loss: number;
  /** Share of examples classified correctly, in [0, 1]; absent for regression. */
  readonly accuracy?: number;
  readonly examples: number;
}

/** Something that the user should know. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly step: number;
  readonly kind: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, Json>>;
}

/** A measurement made by an {@link Observer}. */
export interface MetricEvent {
  readonly type: 'metric';
  readonly step: number;
  readonly observer: string;
  readonly name: string;
  readonly value: number | readonly number[];
}

/** The run is over, or was stopped at a step boundary. */
export interface RunEndEvent {
  readonly type: 'run:end';
  readonly step: number;
  readonly topologyUpdates: number;
  readonly outcome: 'completed' | 'stopped';
}

/** Everything that training says; plain JSON facts. */
export type TrainEvent =
  | RunStartEvent
  | StepEvent
  | EpochEvent
  | TopologyUpdateEvent
  | EvaluationEvent
  | WarningEvent
  | MetricEvent
  | RunEndEvent;

/** Takes a measurement: a number, or one number per layer. */
export type Measure = (name: string, value: number | readonly number[]) => void;

/** Sees every event of a run in order and may answer with measurements. */
export interface Observer {
  /** @param measure - what it is given becomes a `metric` event */
  observe(event: TrainEvent, measure: Measure): void;
  /** Called once when the run has ended or failed: close what is open. */
  close?(): void | Promise<void>;
}
