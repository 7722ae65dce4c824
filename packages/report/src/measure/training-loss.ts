import type { RunCurve } from '../compare/curve.js';
import type { StepLoss } from '../run/loaded-run.js';

/**
 * The training loss as means over equally many steps each: single batches jump too much to be read.
 * @param width - steps that are put together; a batch without finite loss is left out
 * @param totalSteps - where the last steps end
 */
export function trainingLoss(losses: readonly StepLoss[], width: number, totalSteps: number): RunCurve {
  const bins = new Map<number, { sum: number; n: number }>();
  for (const { step, loss } of losses) {
    if (loss === null) continue;
    const bin = Math.floor(step / width);
    const { sum, n } = bins.get(bin) ?? { sum: 0, n: 0 };
    bins.set(bin, { sum: sum + loss, n: n + 1 });
  }
  const middle = (bin: number) => Math.floor((bin * width + Math.min((bin + 1) * width, totalSteps)) / 2);
  return [...bins].map(([bin, { sum, n }]) => [middle(bin), sum / n]);
}
