import { parseConfig, type RunSummary } from '@espalier/runs';
import { partConfig } from '../compose/code-config.js';
import { composeRecorded, type RecordedComposition } from '../compose/compose-recorded.js';
import { duration, integer, percent } from './format.js';
import { defaultDirectory } from './output-directory.js';
import { createProgress, type Progress, silent } from './progress.js';
import { loadRunFile } from './run-file.js';
import { applyFlags, type TrainFlags } from './train-flags.js';

/** What a shell reports for a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * `espalier train`: one run from configuration to run directory.
 * @returns the exit code
 */
export async function train(file: string | undefined, flags: TrainFlags): Promise<number> {
  const loaded = file === undefined ? { config: {}, baseDirectory: process.cwd() } : await loadRunFile(file);
  const config = parseConfig(applyFlags(loaded.config, flags), file ?? 'command line');
  const out = config.out ?? defaultDirectory(config);
  const { code } = partConfig({ baseDirectory: loaded.baseDirectory, force: flags.force });
  const composition = await composeRecorded({ ...config, out }, code);
  const progress = flags.json ? silent : createProgress(process.stdout);
  if (!flags.json) console.log(describeRun(composition, out));
  const summary = await followRun(composition, progress, out);
  console.log(flags.json ? JSON.stringify(summary, null, 2) : describeEnd(summary, out));
  return summary.outcome === 'stopped' ? INTERRUPTED : 0;
}

async function followRun(
  { trainer, recorder }: RecordedComposition,
  progress: Progress,
  out: string,
): Promise<RunSummary> {
  const listening = trainer.events.subscribe((event) => progress.show(event));
  const interrupt = () => {
    process.once('SIGINT', () => process.exit(INTERRUPTED));
    progress.say('Stopping after this step; press Ctrl-C again to quit at once.');
    trainer.stop();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await trainer.run();
    return recorder.summary!;
  } catch (error) {
    progress.close();
    process.stderr.write(`The run failed at step ${trainer.step}; ${out} holds its log until then.\n`);
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
    listening.unsubscribe();
    progress.close();
    await trainer.dispose();
  }
}

function describeRun({ config, start, trainer }: RecordedComposition, out: string): string {
  const size = start.sparse.reduce((all, layer) => all + layer.size, 0);
  const share =
    size === 0
      ? ''
      : `, ${integer(start.budget)} of ${integer(size)} weights active (${percent(start.budget / size)})`;
  return (
    `${config.method.use} on ${config.architecture.use}${share}, data ${config.data.use}, ` +
    `engine ${trainer.engine.name} (${trainer.engine.backend}), ${integer(trainer.length.totalSteps)} steps, into ${out}`
  );
}

function describeEnd(summary: RunSummary, out: string): string {
  const { metrics, layers, topologyUpdates, seconds, outcome, steps } = summary;
  const accuracy = metrics.test?.accuracy;
  const nonZeros = layers.reduce((all, layer) => all + layer.nonZerosEnd, 0);
  const result = accuracy === undefined ? '' : `test accuracy ${percent(accuracy)}, `;
  const facts = `${result}${integer(nonZeros)} non-zeros, ${topologyUpdates} topology updates, ${duration(seconds.total)}`;
  return outcome === 'stopped'
    ? `Stopped after ${integer(steps)} steps: ${facts}. ${out} is complete up to there.`
    : `Done: ${facts}. See ${out}`;
}
