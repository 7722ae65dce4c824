import type { Trainer } from '@espalier/core';
import { parseConfig } from '@espalier/runs';
import { partConfig, type TrainerConfig } from './compose/code-config.js';
import { compose } from './compose/compose.js';
import { composeRecorded } from './compose/compose-recorded.js';

/**
 * Makes a trainer from a configuration. Every option has a default; what is named wrong, impossible or does not
 * fit together is an error here, before the first step.
 *
 * @param config - see {@link TrainerConfig}; with `out`, the run directory is written while training
 * @returns a trainer whose `train()` is the stream of the run
 * @throws EspalierError saying what is wrong and what would be right
 * @example
 * ```ts
 * const trainer = await createTrainer({ method: 'ggr', sparsity: { density: 0.02 } });
 * trainer.train().pipe(filter(isTopologyUpdate)).subscribe((update) => console.log(update.layers));
 * ```
 */
export async function createTrainer(config: TrainerConfig = {}): Promise<Trainer> {
  const { written, code } = partConfig(config);
  const resolved = parseConfig(written, 'createTrainer');
  if (resolved.out === undefined) return (await compose(resolved, code)).trainer;
  const { trainer } = await composeRecorded({ ...resolved, out: resolved.out }, code);
  return trainer;
}
