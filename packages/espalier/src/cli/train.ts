import { parseConfig, type RunSummary } from '@espalier/runs';
import { partConfig } from '../compose/code-config.js';
import { composeRecorded, type RecordedComposition } from '../compose/compose-recorded.js';
import { describeEnd, describeRun } from './describe.js';
import { Interruption } from './interruption.js';
import { defaultDirectory } from './output-directory.js';
import { createProgress, type Progress, silent } from './progress.js';
import { loadRunFile } from './run-file.js';
import { applyFlags, type TrainFlags } from './train-flags.js';

/**
 * `espalier train`: one run from configuration to run directory.
 * @returns the exit code
 */
export async function train(file: string | undefined, flags: TrainFlags): Promise<number> {
  // Before there is a directory: a signal must find either none, or a run that it stops.
  const interruption = new Interruption();
  try {
    const { composition, out } = await prepare(file, flags);
    const progress = flags.json ? silent : createProgress(process.stdout);
    if (!flags.json) console.log(describeRun(composition, out));
    const summary = await followRun(composition, { progress, interruption, out });
    console.log(flags.json ? JSON.stringify(summary, null, 2) : describeEnd(summary, out));
    // A signal that came with the last step stopped nothing.
    return summary.outcome === 'stopped' ? (interruption.exitCode ?? 1) : 0;
  } finally {
    interruption.end();
  }
}

interface PreparedRun {
  readonly composition: RecordedComposition;
  readonly out: string;
}

async function prepare(file: string | undefined, flags: TrainFlags): Promise<PreparedRun> {
  const loaded = file === undefined ? { config: {}, baseDirectory: process.cwd() } : await loadRunFile(file);
  // Checked by itself, so that a message names the place where the mistake is.
  if (file !== undefined) parseConfig(loaded.config, file);
  const config = parseConfig(applyFlags(loaded.config, flags), 'command line');
  const out = config.out ?? defaultDirectory(config);
  const { code } = partConfig({ baseDirectory: loaded.baseDirectory, force: flags.force ?? false });
  return { composition: await composeRecorded({ ...config, out }, code), out };
}

interface Following {
  readonly progress: Progress;
  readonly interruption: Interruption;
  readonly out: string;
}

async function followRun(
  { trainer, recorder }: RecordedComposition,
  { progress, interruption, out }: Following,
): Promise<RunSummary> {
  const listening = trainer.events.subscribe((event) => progress.show(event));
  interruption.protect({
    stop() {
      progress.say('Stopping after this step; press Ctrl-C again to quit at once.');
      trainer.stop();
    },
    abandon: () => progress.close(),
  });
  try {
    await trainer.run();
    return recorder.summary!;
  } catch (error) {
    progress.close();
    process.stderr.write(`The run failed at step ${trainer.step}; ${out} holds its log until then.\n`);
    throw error;
  } finally {
    listening.unsubscribe();
    progress.close();
    await trainer.dispose();
  }
}
