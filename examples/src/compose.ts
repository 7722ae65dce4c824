import { createTrainer, isEvaluation } from 'espalier';
import { filter } from 'rxjs';

const trainer = await createTrainer({
  method: 'static', // a network that is never rewired; then
  trigger: { use: 'step-interval', updateInterval: 25 }, // rewire it every 25 steps:
  prune: 'magnitude', // the smallest weights leave,
  redistribute: 'global-rank', // layers gain where the gradients are largest,
  regrow: ['gradient', { use: 'random', share: 0.25 }], // and a quarter regrows anywhere.
  sparsity: { density: 0.02 },
  train: { epochs: 4 },
});
trainer
  .train()
  .pipe(filter(isEvaluation))
  .subscribe(({ accuracy }) => console.log(accuracy));
