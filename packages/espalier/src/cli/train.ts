import type { RunSummary } from '@espalier/runs';
import { composeRecorded, type RecordedComposition } from '../compose/compose-recorded.js';
import type { ConfigFlags } from './config-flags.js';
import { configure } from './configure.js';
import { describeEnd, describeRun } from './describe.js';
import { Interruption } from './interruption.js';
import { defaultDirectory } from './output-directory.js';
import { createProgress, type Progress, silent } from './progress.js';

/** What the command line of `espalier train` gives. */
export interface TrainFlags extends ConfigFlags {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly seeds?: string;
}

/**
 * `espalier train`: one run from configuration to run directory.
 * @param line - the command line
 * @returns the exit code
 */
export async function train(file: string | undefined, flags: TrainFlags, line: string): Promise<number> {
  // Before there is a directory: a signal must find either none, or a run that it stops.
  const interruption = new Interruption();
  try {
    const { composition, out } = await prepare(file, flags, line);
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

async function prepare(file: string | undefined, flags: TrainFlags, line: string): Promise<PreparedRun> {
  const { config, code } = await configure(file, flags);
  const out = config.out ?? defaultDirectory(config);
  const parts = { ...code, force: flags.force ?? false };
  const composition = await composeRecorded({ ...config, out }, parts, line);
  return { composition, out };
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
