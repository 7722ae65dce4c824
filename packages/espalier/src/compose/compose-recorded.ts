import { type ResolvedConfig, RunDirectory } from '@espalier/runs';
import type { CodeParts } from './code-config.js';
import { type Composition, compose } from './compose.js';
import { RunRecorder } from './run-recorder.js';

/** A composition whose run directory is written while it trains. */
export interface RecordedComposition extends Composition {
  readonly recorder: RunRecorder;
}

/**
 * Composes a run that writes a directory. The directory is made last, so that a configuration that is wrong
 * leaves nothing behind.
 *
 * @param command - the command line that asked for the run, where there was one
 * @throws EspalierError as `compose` does, and ESPALIER_OUTPUT_EXISTS or ESPALIER_OUTPUT_UNWRITABLE
 */
export async function composeRecorded(
  config: ResolvedConfig & { readonly out: string },
  code: CodeParts,
  command?: string,
): Promise<RecordedComposition> {
  const recorder = new RunRecorder();
  const composition = await compose(config, code, [recorder.named]);
  try {
    recorder.begin(RunDirectory.create(config.out, { force: code.force }), composition, command);
  } catch (error) {
    await composition.trainer.dispose();
    throw error;
  }
  return { ...composition, recorder };
}
