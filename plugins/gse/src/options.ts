import type { Signal } from '@espalier/core';
import { DISTRIBUTIONS, type Distribution, type SampleOptions } from './sample.js';

/** Defaults of everything that samples. */
export const SAMPLE_DEFAULTS = { sample: 1, distribution: 'graest' } as const;

/** What the options of {@link SAMPLE_DEFAULTS} mean. */
export const SAMPLE_OPTIONS = {
  sample:
    'pairs drawn per layer, as a multiple of its weights; a layer more than half full offers all candidates',
  distribution:
    'what inputs and units are drawn by: uniform; grabo, sums of absolute activations and deltas; graest, absolute sums with random signs',
} as const;

/** The method's paper. */
export const PAPER =
  'Heddes, Srinivasa, Givargis, Nicolau, Always-Sparse Training by Growing Connections with Guided Stochastic Exploration, 2024, arXiv 2401.06898';

/** What is wrong with the options, or undefined. */
export function sampleComplaint(options: { sample: number; distribution: string }): string | undefined {
  const { sample, distribution } = options;
  if (!(sample > 0)) return `sample is ${sample}, but must be above 0.`;
  if ((DISTRIBUTIONS as readonly string[]).includes(distribution)) return undefined;
  return `distribution is "${distribution}", but must be one of ${DISTRIBUTIONS.join(', ')}.`;
}

/** Options that passed {@link sampleComplaint}. */
export function sampling(options: { sample: number; distribution: string }): SampleOptions {
  return { sample: options.sample, distribution: options.distribution as Distribution };
}

/** Signals that sampling reads. */
export function needsOf({ distribution }: SampleOptions): readonly Signal[] {
  return distribution === 'uniform' ? ['gradient'] : ['gradient', 'factors'];
}
