import {
  allPositions,
  type LayerView,
  type Proposal,
  pick,
  type RegrowCriterion,
  strategy,
  type UpdateContext,
  union,
  without,
} from '@espalier/core';
import { frameOf, graphOf } from './graph.js';
import { gumbelKey } from './gumbel.js';
import { CHTS } from './paper.js';
import { FORMS, type Form, linkScores } from './scores.js';

/** Missing links between communities of linked nodes, by the layer's own topology. */
export const cannistraciHebb = strategy(
  'regrow',
  'cannistraci-hebb',
  { form: 'ch3-l3p', draw: 'largest' },
  {
    useFactory: ({ form, draw }): RegrowCriterion => ({
      propose(layer, count, context) {
        const likely = likelyLinks(layer, form as Form);
        const proposal = draw === 'sampled' ? sampled(layer, likely, context) : likely;
        return proposal.positions.length >= count ? proposal : filledUp(layer, proposal, count, context);
      },
    }),
  },
  {
    summary:
      "The candidates that most links of the layer's own topology lead around, whatever weights and gradients are.",
    options: {
      form: 'ch2-l3n and ch3-l3n: by the nodes on the way; ch3-l3p: by the paths of length 3, which costs more',
      draw: 'largest: those with the largest scores; sampled: drawn in proportion to their scores',
    },
    paper: CHTS,
    check({ form, draw }) {
      if (!(FORMS as readonly string[]).includes(form))
        return `form is "${form}", but must be one of ${FORMS.join(', ')}.`;
      return ['largest', 'sampled'].includes(draw)
        ? undefined
        : `draw is "${draw}", but must be largest or sampled.`;
    },
  },
);

/** Candidates with a score above 0. */
function likelyLinks(layer: LayerView, form: Form): Proposal {
  const frame = frameOf(layer);
  const scores = linkScores(graphOf(frame, layer.active), form);
  const scoreAt = (position: number) =>
    scores[frame.rowOf(position) * frame.columns + frame.columnOf(position)]!;
  const candidates = layer.candidatesAmong(allPositions(layer.size));
  const likely = Uint32Array.from(candidates.keys()).filter((i) => scoreAt(candidates[i]!) > 0);
  const positions = pick(candidates, likely);
  return { positions, scores: Float64Array.from(positions, scoreAt) };
}

function sampled(layer: LayerView, { positions, scores }: Proposal, context: UpdateContext): Proposal {
  const random = context.random('draw', layer);
  return { positions, scores: Float64Array.from(scores, (score) => gumbelKey(Math.log(score), random)) };
}

/** Where too few links are likely at all, others are drawn uniformly; they rank behind. */
function filledUp(layer: LayerView, likely: Proposal, count: number, context: UpdateContext): Proposal {
  const { positions } = layer.sample(count + likely.positions.length);
  const others = without(positions, likely.positions);
  const random = context.random('others', layer);
  const all = union(likely.positions, others);
  const scores = new Float64Array(all.length);
  let known = 0;
  for (let i = 0; i < all.length; i++) {
    if (likely.positions[known] === all[i]) scores[i] = likely.scores[known++]!;
    else scores[i] = BEHIND - random.uniform();
  }
  return { positions: all, scores };
}

// Below the key of any score that is a positive double.
const BEHIND = -1e6;
