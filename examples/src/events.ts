import { createWriteStream } from 'node:fs';
import { createTrainer, isEpoch, isMetric, isStep, isTopologyUpdate } from 'espalier';
import { bufferCount, filter, map, sampleTime } from 'rxjs';

const trainer = await createTrainer({
  data: { use: 'synthetic', inputShape: [20], classes: 5, train: 400, test: 100 },
  architecture: { use: 'mlp', layers: [20, 64, 5] },
  method: { use: 'ggr', updateInterval: 5 },
  sparsity: { density: 0.2 },
  train: { epochs: 5 },
  observers: [{ name: 'norm', observer: { observe: measureNorm } }],
});

// #region moving-average
trainer.events
  .pipe(
    filter(isStep),
    bufferCount(20, 1), // a window of 20 steps that moves by one
    map((window) => window.reduce((sum, { loss }) => sum + loss, 0) / window.length),
    filter((_, i) => i % 20 === 0),
  )
  .subscribe((loss) => console.log(`loss ${loss.toFixed(3)}`));
// #endregion

// #region topology
trainer.events
  .pipe(filter(isTopologyUpdate))
  .subscribe(({ step, layers }) =>
    console.log(step, ...layers.map(({ name, nonZerosAfter }) => `${name} ${nonZerosAfter}`)),
  );
// #endregion

// #region file
const file = createWriteStream(process.argv[2] ?? '/dev/null');
trainer.events.pipe(filter(isEpoch)).subscribe({
  next: (event) => file.write(`${JSON.stringify(event)}\n`),
  complete: () => file.end(), // when the trainer is disposed
});
// #endregion

// #region progress
trainer.events
  .pipe(filter(isStep), sampleTime(100)) // at most ten times a second
  .subscribe(({ step }) => process.stderr.write(`\r${step + 1} of ${trainer.length.totalSteps} steps`));
// #endregion

// #region observer
function measureNorm(event: { readonly type: string }, measure: (name: string, value: number[]) => void) {
  if (event.type !== 'epoch') return;
  const norm = (weights: Float32Array) => Math.hypot(...weights);
  measure(
    'norm',
    trainer.engine.layers.map((layer) => norm(layer.weights())),
  );
}
trainer.events.pipe(filter(isMetric)).subscribe(({ name, value }) => console.log(name, value));
// #endregion

const { topologyUpdates } = await trainer.run();
await trainer.dispose();
console.log(`${topologyUpdates} updates`);
