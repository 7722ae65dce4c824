import { type Json, strategy } from '@espalier/core';
import { type Complaint, firstOf, positiveInteger } from '../options/checks.js';

/** An update every so many steps, the interval changing at given epochs. */
export const intervalTable = strategy(
  'trigger',
  'interval-table',
  { table: [[0, 100]], untilEpoch: null },
  {
    useFactory: ({ table, untilEpoch }) => ({
      due({ step, epoch }) {
        if (step === 0 || (untilEpoch !== null && epoch >= (untilEpoch as number))) return false;
        const row = (table as readonly Row[]).findLast(([from]) => from <= epoch);
        return row !== undefined && step % row[1] === 0;
      },
    }),
  },
  {
    summary: 'An update every so many steps, the interval changing at given epochs.',
    options: {
      table: 'pairs [from epoch, steps between updates], epochs ascending; none before the first',
      untilEpoch: 'epoch from which there are none; null is the end of the run',
    },
    paper: 'as in Mostafa, Wang, Parameter Efficient Training, 2019, arXiv 1902.05967',
    check: ({ table, untilEpoch }) =>
      firstOf(
        tableComplaint(table),
        untilEpoch === null ? undefined : positiveInteger('untilEpoch', untilEpoch),
      ),
  },
);

type Row = readonly [number, number];

function tableComplaint(table: readonly Json[]): Complaint {
  let previous = -1;
  for (const row of table) {
    const [epoch, interval, ...more] = Array.isArray(row) ? row : [];
    const whole = Number.isInteger(epoch) && Number.isInteger(interval) && more.length === 0;
    if (!whole || (epoch as number) <= previous || (interval as number) < 1) {
      return `table has the row ${JSON.stringify(row)}; rows are [epoch, interval], epochs ascending from 0, intervals of at least 1.`;
    }
    previous = epoch as number;
  }
  return undefined;
}
