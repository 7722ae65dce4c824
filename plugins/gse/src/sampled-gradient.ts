import { newPositions, type RegrowCriterion, strategy, union } from '@espalier/core';
import { needsOf, PAPER, SAMPLE_DEFAULTS, SAMPLE_OPTIONS, sampleComplaint, sampling } from './options.js';
import { sampleOf, scored } from './sample.js';

/** The largest absolute gradients of a sample of candidates. */
export const sampledGradient = strategy(
  'regrow',
  'sampled-gradient',
  SAMPLE_DEFAULTS,
  {
    useFactory: (given): RegrowCriterion => {
      const options = sampling(given);
      return {
        needs: needsOf(options),
        propose(layer, count, context) {
          if (count === 0) return { positions: newPositions(layer.size, 0), scores: new Float32Array(0) };
          const proposal = sampleOf(layer, options, context);
          if (proposal.positions.length >= count) return proposal;
          // Pairs fall on weights and on each other: what is missing is drawn uniformly.
          const more = layer.sample(count + proposal.positions.length);
          return scored(layer, union(proposal.positions, more.positions));
        },
      };
    },
  },
  {
    summary:
      'The candidates with the largest absolute gradients among a sample of about as many as there are weights.',
    options: SAMPLE_OPTIONS,
    paper: PAPER,
    check: sampleComplaint,
  },
);
