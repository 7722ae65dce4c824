import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { datasetByName } from '@espalier/data';
import { createTrainer, exportLayersModel, loadModel } from 'espalier';

const folder = await mkdtemp(join(tmpdir(), 'espalier-'));
const run = join(folder, 'run');

// #region train
const data = { use: 'synthetic', inputShape: [12, 12, 1], classes: 5, train: 500, test: 100 };
const trainer = await createTrainer({
  data,
  architecture: { use: 'mlp', layers: [144, 100, 5] },
  sparsity: { density: 0.1 },
  train: { epochs: 5 },
  out: run,
});
await trainer.run();
await trainer.dispose();
// #endregion

// What comes now needs the run directory only; the examples stand for images of your own.
const { use, ...options } = data;
const { inputs, labels } = datasetByName(use, options).evaluationBatch('test', 0, 100);

// #region load
const model = await loadModel(run);
console.log(model.engine, model.backend, 'takes', model.inputShape, 'and gives', model.outputs, 'values');
for (const { name, size, nnz } of model.layers) console.log(`${name}: ${nnz} of ${size} weights`);
// #endregion

// #region predict
const image = inputs.subarray(0, 144); // one example, row-major
const [answer] = await model.classes(image); // the index of the largest output
const probabilities = await model.probabilities(image); // the softmax of the outputs
const logits = await model.predict(inputs); // 100 examples at once: 100 x 5 values
// #endregion

// #region export
await exportLayersModel(run, join(folder, 'web'), { softmax: true }); // web/model.json and web/weights.bin
// #endregion

const classes = await model.classes(inputs);
const right = classes.filter((one, i) => one === labels?.[i]).length;
console.log(
  `class ${answer} with probability ${probabilities[answer!]!.toFixed(2)}, ${logits.length} logits`,
);
console.log(`${right} of ${classes.length} right`);
model.dispose();
await rm(folder, { recursive: true });
