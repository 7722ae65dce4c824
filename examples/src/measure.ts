import { createTrainer, isMetric, type Observer } from 'espalier';
import { filter } from 'rxjs';

// #region probe
/** The mean absolute weight of each layer, every ten steps. */
const size: Observer = {
  observe() {}, // events say nothing of it
  probe: {
    due: ({ step }) => step % 10 === 0,
    look(layers, _clock, measure) {
      const means = layers.map((layer) => {
        const weights = layer.weights();
        return weights.reduce((sum, weight) => sum + Math.abs(weight), 0) / weights.length;
      });
      measure('mean-size', means);
    },
  },
};
// #endregion

// #region code
const trainer = await createTrainer({
  data: { use: 'synthetic', inputShape: [20], classes: 5, train: 400, test: 100 },
  architecture: { use: 'mlp', layers: [20, 64, 5] },
  method: { use: 'rigl', updateInterval: 5 },
  sparsity: { density: 0.2 },
  train: { epochs: 5 },
  observers: ['flops', { use: 'gradient-flow', every: 10 }, { name: 'size', observer: size }],
});
const last = new Map<string, number | readonly number[]>();
trainer.events.pipe(filter(isMetric)).subscribe(({ observer, name, value }) => {
  last.set(`${observer}/${name}`, value);
});
await trainer.run();
await trainer.dispose();
for (const [name, value] of last) console.log(name, value);
// #endregion
console.log(`training took ${last.get('flops/training-share')} of dense training`);
