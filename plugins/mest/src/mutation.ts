import { floorCount, type Json, strategy } from '@espalier/core';

type Stage = readonly [from: number, factor: number];

/** MEST's stages of 160 epochs: the mutation is halved at epoch 90, and there is none from epoch 120 on. */
const MEST_STAGES: readonly Stage[] = [
  [0, 1],
  [0.5625, 0.5],
];

/** A share that falls in stages, and is 0 from the step on where updates end. */
export const mutation = strategy(
  'drop',
  'mutation',
  { dropFraction: 0.2, of: 'active', stages: MEST_STAGES, updateEnd: 0.75 },
  {
    useFactory: ({ dropFraction, of, stages, updateEnd }, services) => {
      const table = stages as readonly unknown[] as readonly Stage[];
      return {
        fraction({ step, totalSteps }) {
          if (step >= Math.min(floorCount(updateEnd * totalSteps), totalSteps - 1)) return 0;
          const [, factor] = table.findLast(([from]) => step >= from * totalSteps) ?? [0, 0];
          const share = dropFraction * factor;
          return of === 'active' ? share : Math.min(1, share / services.run.density);
        },
      };
    },
  },
  {
    summary: 'A share that falls in stages, and is 0 where updates end.',
    options: {
      dropFraction: 'the share before the factors, in [0, 1]',
      of: "active: a share of the target's weights; all: a share of all positions, as the paper counts",
      stages: 'pairs [from fraction of the run, factor on the share], fractions ascending, factors in [0, 1]',
      updateEnd: 'fraction of the run from which the share is 0, in (0, 1]',
    },
    paper: 'Yuan et al., MEST, 2021, arXiv 2110.14032',
    check: ({ dropFraction, of, stages, updateEnd }) => {
      if (!(dropFraction >= 0 && dropFraction <= 1))
        return `dropFraction is ${dropFraction}, but must lie in [0, 1].`;
      if (of !== 'active' && of !== 'all') return `of is "${of}", but must be one of active, all.`;
      if (!(updateEnd > 0 && updateEnd <= 1)) return `updateEnd is ${updateEnd}, but must lie in (0, 1].`;
      return complaintAbout(stages);
    },
  },
);

function complaintAbout(stages: readonly Json[]): string | undefined {
  let previous = -1;
  for (const row of stages) {
    const [from, factor, ...more] = Array.isArray(row) ? row : [];
    const within = typeof from === 'number' && from > previous && from >= 0 && from < 1;
    const scaled = typeof factor === 'number' && factor >= 0 && factor <= 1;
    if (!within || !scaled || more.length > 0) {
      return `stages has the row ${JSON.stringify(row)}; rows are [fraction, factor], fractions ascending in [0, 1), factors in [0, 1].`;
    }
    previous = from;
  }
  return undefined;
}
