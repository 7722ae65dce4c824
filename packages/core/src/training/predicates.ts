import type {
  EpochEvent,
  EvaluationEvent,
  MetricEvent,
  RunEndEvent,
  StepEvent,
  TopologyUpdateEvent,
  TrainEvent,
  WarningEvent,
} from '../contract.js';

/** For `filter`: training batches. */
export const isStep = (event: TrainEvent): event is StepEvent => event.type === 'step';
/** For `filter`: ends of epochs. */
export const isEpoch = (event: TrainEvent): event is EpochEvent => event.type === 'epoch';
/** For `filter`: topology updates. */
export const isTopologyUpdate = (event: TrainEvent): event is TopologyUpdateEvent =>
  event.type === 'topology:update';
/** For `filter`: evaluations. */
export const isEvaluation = (event: TrainEvent): event is EvaluationEvent => event.type === 'evaluation';
/** For `filter`: warnings. */
export const isWarning = (event: TrainEvent): event is WarningEvent => event.type === 'warning';
/** For `filter`: measurements by observers. */
export const isMetric = (event: TrainEvent): event is MetricEvent => event.type === 'metric';
/** For `filter`: the end of the run. */
export const isRunEnd = (event: TrainEvent): event is RunEndEvent => event.type === 'run:end';
