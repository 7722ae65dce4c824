import { EspalierError } from '@espalier/core';
import { createTrainer } from '../../create-trainer.js';

/** What a process of {@link probeEngine} sends back. */
export type ProbeResult =
  | { readonly works: true; readonly engine: string; readonly backend: string }
  | { readonly works: false; readonly reason: string };

process.send!(await probe(JSON.parse(process.argv[2]!)));

/** Trains with an update or two, since those take another path than steps. */
async function probe(choice: { readonly engine: string; readonly backend?: string }): Promise<ProbeResult> {
  try {
    const trainer = await createTrainer({
      ...choice,
      data: { use: 'synthetic', inputShape: [8], classes: 2, train: 32, test: 8 },
      architecture: { use: 'mlp', layers: [8, 4, 2] },
      method: { use: 'rigl', updateInterval: 2 },
      sparsity: { density: 0.5 },
      train: { epochs: 1, batchSize: 4 },
    });
    const { name: engine, backend } = trainer.engine;
    await trainer.run();
    await trainer.dispose();
    return { works: true, engine, backend };
  } catch (error) {
    if (error instanceof EspalierError) return { works: false, reason: error.explanation };
    return { works: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
