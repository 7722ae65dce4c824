import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '../files/atomic.js';
import { messageOf, unreadable } from '../files/errors.js';
import type { RunSummary } from './run-summary.js';

const count = z.int().min(0);
const choice = z.looseObject({ use: z.string() });

/** Enough of a summary's form to tell it from other JSON; further keys of later versions are let through. */
const schema = z.looseObject({
  version: z.string(),
  command: z.string().optional(),
  outcome: z.enum(['completed', 'early-stopped', 'stopped', 'failed']),
  method: z.string(),
  recipe: z.looseObject({ method: z.string() }),
  engine: z.looseObject({ name: z.string(), backend: z.string(), threads: count }),
  architecture: choice,
  data: choice,
  inputShape: z.array(count).optional(),
  seed: count,
  density: z.looseObject({ requested: z.number(), actual: z.number() }),
  budget: count,
  layers: z.array(
    z.looseObject({
      name: z.string(),
      shape: z.array(count),
      size: count,
      nonZerosStart: count,
      nonZerosEnd: count,
    }),
  ),
  steps: count,
  topologyUpdates: count,
  metrics: z.record(z.string(), z.looseObject({ loss: z.number().nullable() })),
  measured: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.array(z.number())]))).optional(),
  seconds: z.looseObject({
    total: z.number(),
    stepMedian: z.number().nullable(),
    topologyUpdateMedian: z.number().nullable(),
    training: z.number().optional(),
    topologyUpdates: z.number().optional(),
    evaluation: z.number().optional(),
  }),
  peakRssBytes: count,
});

/**
 * Writes a summary as JSON, complete or not at all.
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeSummary(path: string, summary: RunSummary): void {
  writeFileAtomic(path, `${JSON.stringify(summary, null, 2)}\n`);
}

/**
 * Writes the summaries of several runs as one JSON list, complete or not at all.
 * @throws EspalierError ESPALIER_OUTPUT_UNWRITABLE
 */
export function writeSummaries(path: string, summaries: readonly RunSummary[]): void {
  writeFileAtomic(path, `${JSON.stringify(summaries, null, 2)}\n`);
}

/**
 * Reads a summary.
 * @throws EspalierError ESPALIER_UNREADABLE_FILE where the file is missing or is not a summary
 */
export function readSummary(path: string): RunSummary {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const { path: where, message } = result.error.issues[0]!;
    throw unreadable(path, `it is not a run summary: ${where.join('.') || 'the whole'}: ${message}`);
  }
  return value as RunSummary;
}
