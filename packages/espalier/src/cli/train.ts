import { parseConfig, type RunSummary } from '@espalier/runs';
import { partConfig } from '../compose/code-config.js';
import { composeRecorded, type RecordedComposition } from '../compose/compose-recorded.js';
import { describeEnd, describeRun } from './describe.js';
import { Interruption } from './interruption.js';
import { defaultDirectory } from './output-directory.js';
import { createProgress, type Progress, silent } from './progress.js';
import { loadRunFile } from './run-file.js';
import { applyFlags, type TrainFlags } from './train-flags.js';

interface FollowedRun {
  readonly summary: RunSummary;
  readonly exitCode: number;
}

/**
 * `espalier train`: one run from configuration to run directory.
 * @returns the exit code
 */
export async function train(file: string | undefined, flags: TrainFlags): Promise<number> {
  const loaded = file === undefined ? { config: {}, baseDirectory: process.cwd() } : await loadRunFile(file);
  // Checked by itself, so that a message names the place where the mistake is.
  if (file !== undefined) parseConfig(loaded.config, file);
  const config = parseConfig(applyFlags(loaded.config, flags), 'command line');
  const out = config.out ?? defaultDirectory(config);
  const { code } = partConfig({ baseDirectory: loaded.baseDirectory, force: flags.force ?? false });
  const composition = await composeRecorded({ ...config, out }, code);
  const progress = flags.json ? silent : createProgress(process.stdout);
  if (!flags.json) console.log(describeRun(composition, out));
  const { summary, exitCode } = await followRun(composition, progress, out);
  console.log(flags.json ? JSON.stringify(summary, null, 2) : describeEnd(summary, out));
  return exitCode;
}

async function followRun(
  { trainer, recorder }: RecordedComposition,
  progress: Progress,
  out: string,
): Promise<FollowedRun> {
  const listening = trainer.events.subscribe((event) => progress.show(event));
  const stop = () => {
    progress.say('Stopping after this step; press Ctrl-C again to quit at once.');
    trainer.stop();
  };
  const interruption = new Interruption(stop, () => progress.close());
  try {
    const { outcome } = await trainer.run();
    // A signal that came with the last step stopped nothing.
    const exitCode = outcome === 'stopped' ? (interruption.exitCode ?? 1) : 0;
    return { summary: recorder.summary!, exitCode };
  } catch (error) {
    progress.close();
    process.stderr.write(`The run failed at step ${trainer.step}; ${out} holds its log until then.\n`);
    throw error;
  } finally {
    interruption.end();
    listening.unsubscribe();
    progress.close();
    await trainer.dispose();
  }
}
