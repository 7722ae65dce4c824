export type { BestOptions, BestWeights } from './best.js';
export { clockAt, type RunLength } from './clock.js';
export { updateEvent } from './facts.js';
export { Hooks, type TrainHooks } from './hooks.js';
export { learningRateAt } from './learning-rate.js';
export type { NamedObserver } from './observers.js';
export type { EvaluationOptions, TrainerParts } from './parts.js';
export {
  isEpoch,
  isEvaluation,
  isMetric,
  isRunEnd,
  isStep,
  isTopologyUpdate,
  isWarning,
} from './predicates.js';
export { SignalSchedule, type StepNeeds } from './signals.js';
export { type RunResult, Trainer } from './trainer.js';
