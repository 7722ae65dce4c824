import { z } from 'zod';

const count = z.int().min(0);
const number = z.number().nullable();

/** The fields of events that a report reads, by the events' types; anything else in them is let through. */
export const EVENT_SCHEMAS = {
  'run:start': z.looseObject({
    step: count,
    totalSteps: count,
    layers: z.array(
      z.looseObject({
        name: z.string(),
        shape: z.array(count),
        size: count,
        nonZeros: count,
        dense: z.boolean(),
      }),
    ),
  }),
  step: z.looseObject({ step: count, loss: number }),
  evaluation: z.looseObject({
    step: count,
    split: z.string(),
    loss: number,
    accuracy: z.number().optional(),
  }),
  metric: z.looseObject({
    step: count,
    observer: z.string(),
    name: z.string(),
    value: z.union([z.number(), z.array(z.number())]),
  }),
  warning: z.looseObject({ step: count, kind: z.string(), message: z.string() }),
} as const;
