import type { EvaluationEvent, LayerFacts, MetricEvent, WarningEvent } from '@espalier/core';
import type { ResolvedConfig, RunSummary, TopologyLog } from '@espalier/runs';
import type { TopologyHistory } from '../measure/topology-history.js';

/** The loss of one training batch; null where it was not a finite number. */
export interface StepLoss {
  /** From 0. */
  readonly step: number;
  /** Mean over the batch. */
  readonly loss: number | null;
}

/** A run directory as it was read and found consistent. */
export interface LoadedRun {
  /** As it was given. */
  readonly directory: string;
  /** `run.yaml`, checked and with every default. */
  readonly config: ResolvedConfig;
  /** `run.yaml` as it stands. */
  readonly configText: string;
  /** `summary.json`. */
  readonly summary: RunSummary;
  /** Steps that the run was meant to take. */
  readonly totalSteps: number;
  /** Every maskable layer at the start, in forward order; those kept dense included. */
  readonly layers: readonly LayerFacts[];
  /** One per step that was logged, in order. */
  readonly losses: readonly StepLoss[];
  /** In order. */
  readonly evaluations: readonly EvaluationEvent[];
  /** What observers measured, in order. */
  readonly metrics: readonly MetricEvent[];
  /** In order. */
  readonly warnings: readonly WarningEvent[];
  /** Of the layers that are not kept dense. */
  readonly topology: TopologyLog;
  /** What the topology log says, in figures. */
  readonly history: TopologyHistory;
}
