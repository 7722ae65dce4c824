import { meanCurve } from '../compare/curve.js';
import type { ReportContext } from '../context.js';
import type { Markup } from '../html/markup.js';
import { note } from '../html/note.js';
import { counted } from '../html/numbers.js';
import { trainingLoss } from '../measure/training-loss.js';
import { curvesFigure } from './curves.js';

const POINTS = 120;

/** The loss on training batches. */
export function trainingLossFigure(context: ReportContext): Markup {
  const width = Math.ceil(context.totalSteps / POINTS);
  const curves = context.groups.map(({ label, index, runs }) => ({
    label,
    index,
    points: meanCurve(runs.map(({ losses }) => trainingLoss(losses, width, context.totalSteps))),
  }));
  if (curves.every(({ points }) => points.length === 0)) return note('No step came to its end.');
  return curvesFigure(context, {
    title: 'Loss in training',
    caption:
      width === 1
        ? 'Loss of every batch.'
        : `Loss of the batches, averaged over ${counted(width, 'step')} each.`,
    curves,
  });
}
