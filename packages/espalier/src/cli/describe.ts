import type { RunSummary } from '@espalier/runs';
import type { RecordedComposition } from '../compose/compose-recorded.js';
import { count, duration, integer, percent } from './format.js';

/** What is about to be trained, and where it goes. */
export function describeRun({ config, start, trainer }: RecordedComposition, out: string): string {
  const { method, architecture, data } = config;
  const size = start.sparse.reduce((all, layer) => all + layer.size, 0);
  const share =
    size === 0
      ? 'every layer dense'
      : `${integer(start.budget)} of ${integer(size)} weights active (${percent(start.budget / size)})`;
  const steps = count(trainer.length.totalSteps, 'step');
  return (
    `${method.use} on ${architecture.use}: ${share}\n` +
    `data ${data.use}, engine ${trainer.engine.name} (${trainer.engine.backend}), ${steps}, into ${out}`
  );
}

/** What came of it. */
export function describeEnd(summary: RunSummary, out: string): string {
  const { metrics, layers, topologyUpdates, seconds, outcome, steps } = summary;
  const accuracy = metrics.test?.accuracy;
  const nonZeros = layers.reduce((all, layer) => all + layer.nonZerosEnd, 0);
  const result = accuracy === undefined ? '' : `test accuracy ${percent(accuracy)}, `;
  const facts = `${result}${count(nonZeros, 'non-zero')}, ${count(topologyUpdates, 'topology update')}, ${duration(seconds.total)}`;
  if (outcome === 'early-stopped') {
    return `Ended early after ${count(steps, 'step')}, as nothing got better: ${facts}. See ${out}`;
  }
  return outcome === 'stopped'
    ? `Stopped after ${count(steps, 'step')}: ${facts}. ${out} is complete up to there.`
    : `Done: ${facts}. See ${out}`;
}
