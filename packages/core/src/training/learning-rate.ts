import type { Clock, OptimizerOptions } from '../contract.js';

/**
 * The learning rate of a step.
 * - `constant`: the rate itself
 * - `cosine`: m + (r - m) / 2 x (1 + cos(pi t / T)) with m = `minimum` (default 0), over the steps after the warm-up
 * - `step`: r x factor^floor(epoch / every)
 *
 * With `warmup`, a share of the run in [0, 1), the rate first rises linearly to r.
 */
export function learningRateAt(optimizer: OptimizerOptions, clock: Clock): number {
  const rate = optimizer.learningRate;
  const schedule = optimizer.schedule ?? { use: 'constant' };
  const warmupSteps = Math.round((schedule.warmup ?? 0) * clock.totalSteps);
  if (clock.step < warmupSteps) return (rate * (clock.step + 1)) / warmupSteps;
  switch (schedule.use) {
    case 'constant':
      return rate;
    case 'cosine': {
      const minimum = schedule.minimum ?? 0;
      const progress = (clock.step - warmupSteps) / Math.max(1, clock.totalSteps - warmupSteps);
      return minimum + ((rate - minimum) / 2) * (1 + Math.cos(Math.PI * progress));
    }
    case 'step':
      return rate * schedule.factor ** Math.floor(clock.epoch / schedule.every);
  }
}
