import type { EvaluationEvent, MetricEvent, RunStartEvent, TrainEvent, WarningEvent } from '@espalier/core';
import { readEvents } from '@espalier/runs';
import { damaged } from './damaged.js';
import { EVENT_SCHEMAS } from './event-schema.js';
import type { StepLoss } from './loaded-run.js';

/** What a report reads of `events.jsonl`. */
export interface RunLog {
  /** The first one, where the run was continued. */
  readonly start: RunStartEvent;
  readonly losses: readonly StepLoss[];
  readonly evaluations: readonly EvaluationEvent[];
  readonly metrics: readonly MetricEvent[];
  readonly warnings: readonly WarningEvent[];
}

/**
 * Reads an event log and checks what a report needs of it.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE with the line
 */
export function readLog(path: string): RunLog {
  const losses: StepLoss[] = [];
  const evaluations: EvaluationEvent[] = [];
  const metrics: MetricEvent[] = [];
  const warnings: WarningEvent[] = [];
  let start: RunStartEvent | undefined;
  for (const [i, event] of readEvents(path).entries()) {
    check(path, i + 1, event);
    if (event.type === 'run:start') start ??= event;
    else if (event.type === 'step') losses.push({ step: event.step, loss: event.loss });
    else if (event.type === 'evaluation') evaluations.push(event);
    else if (event.type === 'metric') metrics.push(event);
    else if (event.type === 'warning') warnings.push(event);
  }
  if (start === undefined) throw damaged(path, 'it has no run:start event');
  return { start, losses, evaluations, metrics, warnings };
}

function check(path: string, line: number, event: TrainEvent): void {
  if (!Object.hasOwn(EVENT_SCHEMAS, event.type)) return;
  const result = EVENT_SCHEMAS[event.type as keyof typeof EVENT_SCHEMAS].safeParse(event);
  if (result.success) return;
  const { path: where, message } = result.error.issues[0]!;
  throw damaged(path, `line ${line} is no ${event.type} event: ${where.join('.')}: ${message}`);
}
