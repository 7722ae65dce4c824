import { meanCurve, type RunCurve } from '../compare/curve.js';
import type { ReportContext } from '../context.js';
import type { Markup } from '../html/markup.js';
import type { LoadedRun } from '../run/loaded-run.js';
import { curvesFigure } from './curves.js';

/** Accuracy, where there is one, and loss on every split that was evaluated. */
export function evaluationFigures(context: ReportContext): Markup[] {
  const splits = new Set(
    context.groups.flatMap(({ runs }) =>
      runs.flatMap(({ evaluations }) => evaluations.map(({ split }) => split)),
    ),
  );
  return [...splits].flatMap((split) => {
    const curvesOf = (measure: 'accuracy' | 'loss') =>
      context.groups
        .map(({ label, index, runs }) => ({
          label,
          index,
          points: meanCurve(runs.map((run) => evaluationCurve(run, split, measure))),
        }))
        .filter(({ points }) => points.length > 0);
    const accuracy = curvesOf('accuracy');
    const figures = [
      curvesFigure(context, {
        title: `Loss, ${split} split`,
        caption: `Mean loss over the ${split} split, after each evaluation.`,
        curves: curvesOf('loss'),
      }),
    ];
    if (accuracy.length > 0) {
      figures.unshift(
        curvesFigure(context, {
          title: `Accuracy, ${split} split`,
          caption: `Share of the ${split} split's examples classified correctly.`,
          curves: accuracy,
          share: true,
        }),
      );
    }
    return figures;
  });
}

function evaluationCurve({ evaluations }: LoadedRun, split: string, measure: 'accuracy' | 'loss'): RunCurve {
  return evaluations.flatMap((event) => {
    // What is not finite stands as null in the log.
    const value: number | null | undefined = event[measure];
    return event.split === split && value !== undefined && value !== null
      ? [[event.step + 1, value] as const]
      : [];
  });
}
