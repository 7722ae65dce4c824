import { createTrainer, isEvaluation } from 'espalier';
import { filter, lastValueFrom, scan, takeWhile } from 'rxjs';

const PATIENCE = 2;
const trainer = await createTrainer({
  data: { use: 'synthetic', inputShape: [20], classes: 5, train: 400, test: 200, noise: 3 },
  architecture: { use: 'mlp', layers: [20, 64, 5] },
  method: 'rigl',
  sparsity: { density: 0.3 },
  train: { epochs: 200 },
});

// #region stop
const best = await lastValueFrom(
  trainer.train().pipe(
    filter(isEvaluation),
    scan(
      (soFar, { loss, epoch }) =>
        loss < soFar.loss ? { loss, epoch, waited: 0 } : { ...soFar, waited: soFar.waited + 1 },
      { loss: Number.POSITIVE_INFINITY, epoch: -1, waited: 0 },
    ),
    takeWhile(({ waited }) => waited < PATIENCE, true), // completing unsubscribes, which stops the run
  ),
);
await trainer.idle; // the step in flight is committed, the files are closed
// #endregion

console.log(
  `best after epoch ${best.epoch}, stopped after ${trainer.step} of ${trainer.length.totalSteps} steps`,
);
