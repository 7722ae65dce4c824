import { strategy } from '@espalier/core';

/** Candidates drawn uniformly. */
export const random = strategy(
  'regrow',
  'random',
  {},
  { useFactory: () => ({ propose: (layer, count) => layer.sample(count) }) },
  { summary: 'Candidates drawn uniformly.' },
);
