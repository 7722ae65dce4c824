import { meanCurve, type RunCurve } from '../compare/curve.js';
import { isRewired, type ReportContext } from '../context.js';
import type { Markup } from '../html/markup.js';
import { stepwise } from '../measure/stepwise.js';
import type { LoadedRun } from '../run/loaded-run.js';
import { type Curves, curvesFigure } from './curves.js';

/** Survival of the first connections, exploration, and overlap between updates, of the groups that are rewired. */
export function topologyFigures(context: ReportContext): Markup[] {
  const curvesOf = (curve: (run: LoadedRun) => RunCurve): Curves['curves'] =>
    context.groups
      .filter(isRewired)
      .map(({ label, index, runs }) => ({ label, index, points: meanCurve(runs.map(curve)) }));
  return [
    curvesFigure(context, {
      title: 'Survival of the first connections',
      caption: 'Share of the connections of the start that are active; one that left and came back counts.',
      curves: curvesOf((run) => stepwise(run, run.history.survival)),
      share: true,
      fromZero: true,
      stepwise: true,
    }),
    curvesFigure(context, {
      title: 'Exploration rate',
      caption: 'Share of all positions that have been active at some time (Liu et al. 2021).',
      curves: curvesOf((run) => stepwise(run, run.history.exploration)),
      share: true,
      fromZero: true,
      stepwise: true,
    }),
    curvesFigure(context, {
      title: 'Overlap between updates',
      caption: 'Share of the connections before an update that are still there after it.',
      curves: curvesOf(({ history }) => history.overlap.map((value, i) => [history.steps[i + 1]!, value])),
      share: true,
    }),
  ];
}
