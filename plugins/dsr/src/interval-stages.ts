import { floorCount, type Json, strategy, sum } from '@espalier/core';

type Stage = readonly [from: number, factor: number];

/** DSR's stages of a run of 200 epochs: intervals double at epochs 25, 80 and 140. */
const DSR_STAGES: readonly Stage[] = [
  [0, 1],
  [0.125, 2],
  [0.4, 4],
  [0.7, 8],
];

/** An update every so many steps, more of them as the run goes on. */
export const intervalStages = strategy(
  'trigger',
  'interval-stages',
  { updateInterval: null, stages: DSR_STAGES, updateEnd: 0.95 },
  {
    useFactory: ({ updateInterval, stages, updateEnd }) => {
      const table = stages as readonly unknown[] as readonly Stage[];
      return {
        due({ step, totalSteps }) {
          if (step === 0 || step > floorCount(updateEnd * totalSteps)) return false;
          const stage = table.findLast(([from]) => step >= from * totalSteps);
          const interval =
            (updateInterval as number | null) ?? automaticInterval(table, updateEnd, totalSteps);
          return stage !== undefined && step % (interval * stage[1]) === 0;
        },
      };
    },
  },
  {
    summary: 'An update every so many steps, the interval growing at given fractions of the run.',
    options: {
      updateInterval:
        'steps between updates, before the factors; null takes as many as make about 30 updates, from 1 to 100',
      stages:
        'pairs [from fraction of the run, factor on the interval], fractions ascending; none before the first',
      updateEnd: 'fraction of the run after which there are no updates, in (0, 1]',
    },
    paper: 'Mostafa, Wang, 2019, arXiv 1902.05967',
    check: ({ updateInterval, stages, updateEnd }) => {
      if (!(updateEnd > 0 && updateEnd <= 1)) return `updateEnd is ${updateEnd}, but must lie in (0, 1].`;
      if (updateInterval !== null && !positiveInteger(updateInterval))
        return `updateInterval is ${JSON.stringify(updateInterval)}, but must be null or a whole number of at least 1.`;
      return complaintAbout(stages);
    },
  },
);

/** Stages with factor f have 1 / f as many updates per step. */
function automaticInterval(stages: readonly Stage[], updateEnd: number, totalSteps: number): number {
  const spans = stages.map(([from, factor], i) => {
    const to = Math.min(updateEnd, stages[i + 1]?.[0] ?? 1);
    return Math.max(0, to - from) / factor;
  });
  return Math.min(100, Math.max(1, Math.round((sum(spans) * totalSteps) / 30)));
}

function positiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1;
}

function complaintAbout(stages: readonly Json[]): string | undefined {
  let previous = -1;
  for (const row of stages) {
    const [from, factor, ...more] = Array.isArray(row) ? row : [];
    const within = typeof from === 'number' && from > previous && from >= 0 && from < 1;
    if (!within || !positiveInteger(factor) || more.length > 0) {
      return `stages has the row ${JSON.stringify(row)}; rows are [fraction, factor], fractions ascending in [0, 1), factors whole numbers of at least 1.`;
    }
    previous = from;
  }
  return undefined;
}
