import { type BackwardSet, roundHalfUp, strategy } from '@espalier/core';

/** Every inactive weight is trained. */
export const all = strategy(
  'backward',
  'all',
  { decayActive: 0, decayInactive: 0 },
  {
    useFactory: ({ decayActive, decayInactive }): BackwardSet => ({
      decay: { active: decayActive, inactive: decayInactive },
      trained: () => 'all',
    }),
  },
  {
    summary:
      'Every inactive weight is trained by the gradient of the weight that is left out: straight through.',
    options: {
      decayActive: 'added to the gradient of active weights, times the weight; not negative',
      decayInactive: 'the same for inactive ones: what SR-STE adds',
    },
    paper:
      'Zhou, Ma, Zhu, Liu, Zhang, Yuan, Sun, Li, Learning N:M Fine-grained Structured Sparse Neural Networks From Scratch, 2021, arXiv 2102.04010',
    check: ({ decayActive, decayInactive }) => notNegative({ decayActive, decayInactive }),
  },
);

/** The largest inactive weights are trained, so that each layer explores beyond its active ones. */
export const strongest = strategy(
  'backward',
  'strongest',
  { extraDensity: null, penalty: 0.0001, exploreEnd: 1 },
  {
    useFactory: ({ extraDensity, penalty, exploreEnd }, { run }): BackwardSet => ({
      decay: { active: penalty, inactive: penalty / run.density },
      trained(layer, { step, totalSteps }) {
        if (step >= exploreEnd * totalSteps) return layer.strongest(0);
        const extra = (extraDensity as number | null) ?? run.density;
        return layer.strongest(roundHalfUp(extra * layer.size));
      },
    }),
  },
  {
    summary: 'The inactive weights with the largest absolute values are trained, too.',
    options: {
      extraDensity: "how many, as a share of the layer's positions; null is the target density",
      penalty:
        'added to the gradient times the weight: as it is for active weights, over the target density for others',
      exploreEnd: 'fraction of the run after which only active weights are trained, in [0, 1]',
    },
    paper:
      'Jayakumar, Pascanu, Rae, Osindero, Elsen, Top-KAST: Top-K Always Sparse Training, 2020, arXiv 2106.03517',
    check({ extraDensity, penalty, exploreEnd }) {
      if (
        extraDensity !== null &&
        !(typeof extraDensity === 'number' && extraDensity >= 0 && extraDensity <= 1)
      ) {
        return `extraDensity is ${JSON.stringify(extraDensity)}, but must lie in [0, 1], or be null.`;
      }
      if (!(exploreEnd >= 0 && exploreEnd <= 1))
        return `exploreEnd is ${exploreEnd}, but must lie in [0, 1].`;
      return notNegative({ penalty });
    },
  },
);

function notNegative(options: Readonly<Record<string, number>>): string | undefined {
  const wrong = Object.entries(options).find(([, value]) => !(value >= 0));
  return wrong && `${wrong[0]} is ${wrong[1]}, but must not be negative.`;
}
